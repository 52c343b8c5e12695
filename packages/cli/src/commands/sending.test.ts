import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { collectorForTest } from '../testing/command.ts'
import { RunningCommand } from '../testing/process.ts'

interface Ran {
  code: number | string
  out: string
  err: string
}

/** Runs a command where no package.json tells whose events they are. */
async function ran(args: string[], env: Record<string, string> = {}, input = ''): Promise<Ran> {
  const command = new RunningCommand(args, env, '/')
  command.child.stdin.end(input)
  const code = await command.ended
  return { code, out: command.out, err: command.err }
}

async function stored(url: string): Promise<Record<string, unknown>[]> {
  const answer = await fetch(`${url}/api/v1/hub/events`)
  return ((await answer.json()) as { data: Record<string, unknown>[] }).data
}

/** A server that answers as `answer` says, and keeps what it was sent. */
async function server(
  answer: (path: string, attempt: number) => { status: number; body: object },
): Promise<{ url: string; posts: { path: string; body: unknown; token: unknown }[] }> {
  const posts: { path: string; body: unknown; token: unknown }[] = []
  const listening = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const { url: path = '', method, headers } = request
    if (method === 'POST') posts.push({ path, body: JSON.parse(text), token: headers.authorization })
    const { status, body } = answer(path, posts.length)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => void listening.close())
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, posts }
}

test('each says that it has sent its event, which is stored as it was said', async () => {
  const { url } = await collectorForTest()
  const env = { HUB_API_URL: url, HUB_SOURCE: 'nightly', HUB_ENV: 'production' }
  const trace = 'Traceback (most recent call last):\n  File "job.py", line 3, in <module>\nKeyError: 1\n'
  expect(await ran(['heartbeat', '--interval', '5m'], env)).toEqual({
    code: 0,
    out: '[HUB] ✅ Event sent: AgentHeartbeat\n',
    err: '',
  })
  const others = [
    await ran(['metric', 'rows', '-1.5e3', '--unit', 'row', '--quiet'], env),
    await ran(
      ['event', 'nightly.copy.done', '--data', '-', '--tag', 'a', '--tag', 'b', '-q'],
      env,
      '{"n":1}',
    ),
    await ran(['error', 'it broke', '--type', 'KeyError', '--trace', '-', '-q'], env, trace),
  ]
  expect(others).toEqual(others.map(() => ({ code: 0, out: '', err: '' })))
  const common = { source: 'nightly', env: 'production', instance: hostname() }
  expect(await stored(url)).toMatchObject([
    { ...common, type: 'AgentHeartbeat', payload: { status: 'healthy', interval_s: 300 } },
    {
      ...common,
      type: 'MetricReported',
      payload: { metric: 'rows', value: -1500, unit: 'row', period: '24h' },
    },
    { ...common, type: 'nightly.copy.done', payload: { n: 1 }, tags: ['a', 'b'] },
    {
      type: 'ErrorReported',
      payload: { severity: 'error', message: 'it broke', error_type: 'KeyError', trace },
    },
  ])
  const groups = (await (await fetch(`${url}/api/v1/errors`)).json()) as { data: object[] }
  expect(groups.data).toMatchObject([{ service: 'nightly', type: 'KeyError', message: 'it broke' }])
  const monitors = (await (await fetch(`${url}/api/v1/monitors`)).json()) as { data: object[] }
  expect(monitors.data).toMatchObject([{ service: 'nightly', interval_s: 300 }])
})

test('without an address, and when they are switched off, events are only printed', async () => {
  const printed = { code: 0, out: '[HUB] Would send: DeploySignal - {"version":"2"}\n', err: '' }
  const args = ['event', 'DeploySignal', '--data', '{"version":"2"}', '--source', 'shop']
  expect(await ran(args)).toEqual(printed)
  expect(await ran(args, { HUB_API_URL: 'http://127.0.0.1:1', HUB_EVENTS_ENABLED: 'false' })).toEqual(printed)
})

test('what is missing or wrong in the variables is exit code 2', async () => {
  const missing = '[HUB] Error: Missing HUB_API_URL or HUB_API_TOKEN\n'
  const named = { HUB_SOURCE: 'shop' }
  const on = { ...named, HUB_EVENTS_ENABLED: 'true' }
  expect(await ran(['heartbeat'], on)).toEqual({ code: 2, out: '', err: missing })
  const far = { ...named, HUB_API_URL: 'https://hub.example' }
  expect(await ran(['heartbeat'], far)).toEqual({ code: 2, out: '', err: missing })
  const bad = await ran(['heartbeat', '--url', 'hub'], named)
  expect([bad.code, bad.err]).toEqual([
    2,
    expect.stringContaining('got "hub", wants an http or https address'),
  ])
  const nobody = await ran(['heartbeat'])
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('Set HUB_SOURCE, or give --source')])
})

test.each([
  [['metric', 'x', 'many'], /'many' is invalid for argument 'value'.*It must be a number/],
  [['heartbeat', '--interval', '5'], /It must be a duration such as 90s, 5m or 24h/],
  [['event', 'x', '--data', '[1]'], /--data must be a JSON object .*: got an array/],
  [['event', 'x', '--data', '{a:1}'], /--data must be a JSON object .*JSON at position/],
  [['event', 'x', '--severity', 'bad'], /Allowed choices are debug, info, warning, error, critical/],
])('%j is a wrong command line', async (args, message) => {
  const { code, out, err } = await ran(args, { HUB_SOURCE: 'shop' })
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(message)
})

test('nobody there is exit code 3, after as many tries as were asked for', async () => {
  const env = { HUB_API_URL: 'http://127.0.0.1:1', HUB_SOURCE: 'shop', HUB_MAX_RETRIES: '1' }
  const { code, out, err } = await ran(['heartbeat'], env)
  expect([code, out]).toEqual([3, ''])
  expect(err).toMatch(/^\[HUB\] ❌ Error sending event: .*ECONNREFUSED.*\n$/)
})

test('what fails in passing is tried again', async () => {
  const { url, posts } = await server((path, attempt) => {
    if (path.endsWith('/info')) return { status: 200, body: { name: 'x', product: 'hubline' } }
    return attempt === 1 ? { status: 503, body: {} } : { status: 200, body: { accepted: 1 } }
  })
  expect(await ran(['heartbeat', '-q'], { HUB_API_URL: url, HUB_SOURCE: 'shop' })).toMatchObject({ code: 0 })
  expect(posts.length).toBe(2)
  expect(posts[0]!.body).toEqual(posts[1]!.body)
})

test('a token that may not is exit code 4, an event that is refused 1', async () => {
  const { url } = await collectorForTest()
  const made = await ran(['token', 'create', 'chief', '--scope', 'admin'], { HUBLINE_URL: url })
  const env = { HUB_API_URL: url, HUB_SOURCE: 'shop' }
  const wrong = await ran(['heartbeat'], { ...env, HUB_API_TOKEN: 'nonsense' })
  expect([wrong.code, wrong.err]).toEqual([4, expect.stringContaining('Error sending event: 401')])
  const refused = await ran(['event', 'InteractionDetected'], { ...env, HUB_API_TOKEN: made.out.trim() })
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/❌ Error sending event: .*action/)])
})

test('the original servers are spoken to in their own words', async () => {
  const hub = await server((path) =>
    path.endsWith('/info')
      ? { status: 200, body: { name: 'hub', env: 'x' } }
      : { status: 201, body: { id: '1' } },
  )
  const env = { HUB_API_URL: `${hub.url}/api/v1/hub`, HUB_SOURCE: 'shop', HUB_API_TOKEN: 'secret' }
  expect(await ran(['metric', 'orders', '42', '-q'], env)).toEqual({ code: 0, out: '', err: '' })
  expect(hub.posts).toMatchObject([
    {
      path: '/api/v1/hub/events',
      token: 'Bearer secret',
      body: { type: 'MetricReported', source: 'shop', payload: { metric: 'orders', value: 42 } },
    },
  ])
  const mesh = await server(() => ({ status: 200, body: {} }))
  const bus = { HUB_API_URL: mesh.url, HUB_SOURCE: 'shop', HUB_DIALECT: 'mesh' }
  expect(await ran(['error', 'no tea', '-q'], bus)).toEqual({ code: 0, out: '', err: '' })
  expect(mesh.posts).toMatchObject([
    {
      path: '/api/v1/messagebus/publish',
      body: { event_type: 'shop.error', source_service: 'shop', priority: 'critical' },
    },
  ])
  const hooks = await server(() => ({
    status: 201,
    body: { collected: 1, failed: 0, status: 'batch_completed' },
  }))
  const words = { HUB_API_URL: hooks.url, HUB_SOURCE: 'shop', HUB_DIALECT: 'ecosystem' }
  expect(await ran(['event', 'tea_brewed', '--data', '{"cups":2}', '-q'], words)).toMatchObject({ code: 0 })
  expect(hooks.posts).toMatchObject([
    { path: '/events/batch', body: [{ source_system: 'shop', event_type: 'tea_brewed', data: { cups: 2 } }] },
  ])
})
