import { getHubReporter, HubReporter, type ReporterOptions } from '@hubline/hooks'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { Receiver } from './receiver.ts'

/** What is printed from now on. */
function printed(): () => string[] {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => log.mockRestore())
  return () => log.mock.calls.map((parts) => parts.join(' '))
}

function reporterOf(options: ReporterOptions): HubReporter {
  const reporter = new HubReporter(options)
  onTestFinished(() => reporter.close(100))
  return reporter
}

async function reportAll(reporter: HubReporter): Promise<boolean[]> {
  return [
    await reporter.appRegistered({ version: '2.1.0', env: 'production' }),
    await reporter.heartbeat(),
    await reporter.interaction('conversation_created', { conversation_id: 7 }),
    await reporter.metric('daily_messages', 42),
    await reporter.error('critical', 'broken', 'at x'),
  ]
}

const REPORTED = [
  ['AppRegistered', { version: '2.1.0', env: 'production' }],
  ['AgentHeartbeat', { status: 'healthy' }],
  ['InteractionDetected', { conversation_id: 7, action: 'conversation_created' }],
  ['MetricReported', { metric: 'daily_messages', value: 42, unit: 'count', period: '24h' }],
  ['ErrorReported', { severity: 'critical', message: 'broken', trace: 'at x' }],
] as const

interface Body {
  type: string
  source: string
  payload: Record<string, unknown>
}

describe('an original hub', () => {
  /** One that names itself, and takes one event for each request. */
  const hub = (body: Body | null) =>
    body === null
      ? { status: 200, body: { name: 'hub' } }
      : { status: 201, body: { id: 'x', type: body.type } }

  test('has each event in its own words, and each is told of', async () => {
    const lines = printed()
    const original = await Receiver.open(hub)
    const reporter = reporterOf({ url: `${original.url}/api/v1/hub`, token: 'secret', source: 'shop' })
    expect(await reportAll(reporter)).toEqual([true, true, true, true, true])
    expect(lines()).toEqual(REPORTED.map(([type]) => `[HUB] ✅ Event sent: ${type}`))
    const posts = original.requests.filter(({ method }) => method === 'POST')
    expect(posts.map(({ path, headers }) => [path, headers.authorization])).toEqual(
      REPORTED.map(() => ['/api/v1/hub/events', 'Bearer secret']),
    )
    expect(posts.map(({ body }) => body)).toMatchObject(
      REPORTED.map(([type, payload]) => ({ type, source: 'shop', payload })),
    )
  })

  test('that refuses is told of with its reason', async () => {
    const lines = printed()
    const original = await Receiver.open<Body | null>((body) =>
      body === null ? hub(body) : { status: 403, body: { error: 'source_mismatch', message: 'not yours' } },
    )
    const reporter = reporterOf({ url: `${original.url}/api/v1/hub`, token: 'secret' })
    expect(await reporter.heartbeat()).toBe(false)
    expect(lines()).toEqual(['[HUB] ❌ Error sending event: 403 not yours'])
  })
})

test('our collector has each event', async () => {
  printed()
  const hub = await collectorForTest()
  expect(await reportAll(reporterOf({ url: hub.url, source: 'shop' }))).not.toContain(false)
  const events = await hub.allEvents()
  expect(events.map(({ type, payload }: Body) => [type, payload])).toEqual(REPORTED)
})

describe('nothing is sent', () => {
  test('without an address: the reporter says what it would send', async () => {
    const lines = printed()
    expect(await reportAll(reporterOf({}))).not.toContain(false)
    expect(lines()).toEqual(
      REPORTED.map(([type, payload]) => `[HUB] Would send: ${type} - ${JSON.stringify(payload)}`),
    )
  })

  test('with HUB_EVENTS_ENABLED=false', async () => {
    const lines = printed()
    vi.stubEnv('HUB_EVENTS_ENABLED', 'false').stubEnv('HUB_API_URL', 'http://127.0.0.1:1')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(await reporterOf({}).heartbeat()).toBe(true)
    expect(lines()).toEqual(['[HUB] Would send: AgentHeartbeat - {"status":"healthy"}'])
  })

  test.each([
    ['an address', {}],
    ['a token for another machine', { url: 'http://hub.invalid/api/v1/hub' }],
  ])('when it was asked for without %s: each event says what is missing', async (_, options) => {
    const lines = printed()
    const reporter = reporterOf({ enabled: true, ...options })
    expect(await reporter.heartbeat()).toBe(false)
    expect(await reporter.metric('m', 1)).toBe(false)
    const missing = '[HUB] Error: Missing HUB_API_URL or HUB_API_TOKEN'
    expect(lines()).toEqual([missing, missing])
  })
})

test('there is one reporter for a process', () => {
  expect(getHubReporter()).toBe(getHubReporter())
})
