import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { run } from '../../packages/cli/src/run.ts'
import { Terminal } from '../support/tmux.ts'
import { HUBLINE } from './command.ts'

const SEVEN = [
  'AppRegistered',
  'AgentHeartbeat',
  'InteractionDetected',
  'MetricReported',
  'ErrorReported',
  'SecuritySignal',
  'DeploySignal',
]
const payload = z.record(z.string(), z.unknown())
const hubEvent = z.object({
  type: z.enum(SEVEN as [string, ...string[]]),
  source: z.string().min(1).max(100),
  occurred_at: z.iso.datetime(),
  payload,
  version: z.int().min(1).max(255).optional(),
})
const busMessage = z.object({
  event_type: z.string().min(1),
  source_service: z.string().min(1),
  payload,
  priority: z.enum(['low', 'normal', 'high', 'critical']),
  timestamp: z.string(),
})
const hookEvent = z.object({
  source_system: z.string().min(1),
  event_type: z.string().min(1),
  severity: z.enum(['debug', 'info', 'warning', 'error', 'critical']),
  data: payload,
  tags: z.array(z.string()).optional(),
})

interface Answer {
  status: number
  body: object
}

/** A server of a contract and nothing else: by path what it takes, and what it answers. */
async function server(
  answer: (method: string, path: string, body: unknown, token: string | undefined) => Answer | undefined,
): Promise<{ url: string; taken: Record<string, unknown>[] }> {
  const taken: Record<string, unknown>[] = []
  const listening = createServer(async (request, response) => {
    const sent = await text(request)
    const body: unknown = sent === '' ? undefined : JSON.parse(sent)
    const said = answer(request.method!, request.url!, body, request.headers.authorization)
    if (request.method === 'POST' && said && said.status < 300) taken.push(...([body].flat() as typeof taken))
    const { status, body: told } = said ?? { status: 404, body: { detail: 'Not Found' } }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told))
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => void listening.close())
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, taken }
}

function checked(schema: z.ZodType, body: unknown, good: Answer): Answer {
  const parsed = schema.safeParse(body)
  return parsed.success ? good : { status: 422, body: { message: 'invalid', errors: parsed.error.issues } }
}

const hub = () =>
  server((method, path, body, token) => {
    if (method === 'GET' && path === '/api/v1/hub/info')
      return { status: 200, body: { name: 'the hub', env: 'x', version: '3', uptime_seconds: 1 } }
    if (method !== 'POST' || path !== '/api/v1/hub/events') return undefined
    if (token !== 'Bearer secret') return { status: 401, body: { message: 'Unauthenticated.' } }
    return checked(hubEvent, body, { status: 201, body: { id: '01H' } })
  })
const mesh = () =>
  server((method, path, body) => {
    const bus = '/api/v1/messagebus'
    const answers: Record<string, object> = {
      [`${bus}/status`]: {
        connected: true,
        host: 'rabbit',
        port: 5672,
        exchanges: [],
        queues: [],
        active_consumers: 2,
      },
      [`${bus}/exchanges`]: { exchanges: [{ name: 'ose.events', type: 'topic' }] },
      [`${bus}/queues`]: { queues: [{ name: 'audit', messages: 3 }] },
      '/api/v1/heartbeat/status': { discovery: { service_id: 'discovery', status: 'degraded' } },
    }
    if (method === 'GET' && answers[path]) return { status: 200, body: answers[path] }
    if (method !== 'POST' || path !== `${bus}/publish`) return undefined
    return checked(busMessage, body, { status: 200, body: { message: 'published' } })
  })
const ecosystem = () =>
  server((method, path, body) =>
    method === 'POST' && path === '/events/batch'
      ? checked(z.array(hookEvent), body, {
          status: 201,
          body: { collected: 1, failed: 0, status: 'batch_completed' },
        })
      : undefined,
  )

/** Every command that sends, as a script runs it. */
const COMMANDS = [
  ['heartbeat', '--interval', '5m'],
  ['metric', 'orders', '42', '--period', '1h'],
  ['error', 'no tea', '--type', 'TeaError'],
  ['event', 'DeploySignal', '--data', '{"version":"2"}'],
  ['event', 'shop.tea.brewed', '--data', '{"cups":2}'],
  ['run', '--', process.execPath, '-e', 'process.exit(0)'],
]

const TOLD = {
  hub: [
    'AgentHeartbeat',
    'MetricReported',
    'ErrorReported',
    'DeploySignal',
    'InteractionDetected',
    'AppRegistered',
    'InteractionDetected',
    'AgentHeartbeat',
    'InteractionDetected',
  ],
  mesh: [
    'shop.agent.heartbeat',
    'shop.metric',
    'shop.error',
    'shop.deploy.signal',
    'shop.tea.brewed',
    'shop.app.registered',
    'shop.started',
    'shop.agent.heartbeat',
    'shop.stopped',
  ],
  ecosystem: [
    'agent_heartbeat',
    'metric_reported',
    'error_reported',
    'deploy_signal',
    'shop.tea.brewed',
    'app_registered',
    'lifecycle_started',
    'agent_heartbeat',
    'lifecycle_stopped',
  ],
}

test.each([
  ['hub', hub, 'type'],
  ['mesh', mesh, 'event_type'],
  ['ecosystem', ecosystem, 'event_type'],
] as const)(
  'every command is taken by a server that knows the contract of the %s alone',
  async (dialect, open, field) => {
    const { url, taken } = await open()
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv('HUB_API_URL', dialect === 'hub' ? `${url}/api/v1/hub` : url)
    vi.stubEnv('HUB_DIALECT', dialect)
    vi.stubEnv('HUB_SOURCE', 'shop')
    vi.stubEnv('HUB_API_TOKEN', 'secret')
    let said = ''
    const screen = { write: (line: string) => (said += line) }
    for (const command of COMMANDS) {
      const code = await run(command, { env: process.env, out: screen, err: screen })
      expect({ command, code, said }).toMatchObject({ code: 0, said: expect.not.stringContaining('❌') })
    }
    expect(taken.map((event) => event[field])).toEqual(TOLD[dialect])
  },
)

test('hubline top shows an event bus that is nothing else, and publishes to it', async () => {
  const { url, taken } = await mesh()
  const terminal = await Terminal.open({ columns: 90, rows: 14 }, { HUBLINE_URL: url })
  await terminal.type(`${HUBLINE} top`)
  await terminal.shows(/\[1 bus\]/, /connected at rabbit:5672, 2 consumers/, /audit: 3 waiting/, /1 degraded/)
  await terminal.press('p')
  await terminal.shows(/published hubline-top\.bus\.tested/)
  expect(taken).toMatchObject([{ event_type: 'hubline-top.bus.tested', priority: 'normal' }])
  await terminal.press('q')
})
