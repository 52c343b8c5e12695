import { once } from 'node:events'
import type { HubEvent } from '@hubline/core'
import { expect, onTestFinished, test } from 'vitest'
import { start, stop } from '../../examples/demo/src/processes.ts'
import { HubSink } from '../support/hub-sink.ts'

async function mortal(how: string, ...flags: string[]) {
  const sink = await HubSink.open()
  const app = await start({
    name: 'app',
    cwd: import.meta.dirname,
    args: [...flags, new URL('peers/app.mjs', import.meta.url).pathname, how],
    env: { HUB_API_URL: sink.url },
    ready: /listens on/,
  })
  onTestFinished(async () => {
    await stop(app)
    await sink.close()
  })
  const port = app.printed.find((line) => line.startsWith('listens on'))!.slice('listens on '.length)
  const address = `http://127.0.0.1:${port}`
  const closed = once(app.process, 'close') as Promise<[code: number | null, signal: string | null]>
  const get = (path: string): Promise<unknown> => fetch(address + path).catch(() => 'broken')
  const states = (): unknown[] => sink.states().map(({ payload }) => payload['state'])
  return { sink, app, address, closed, get, states }
}

const errorsOf = (sink: HubSink): HubEvent[] => sink.ofType('ErrorReported')

test.each([
  ['timer', 'uncaughtException'],
  ['promise', 'unhandledRejection'],
])('a crash by a %s is reported with its request before the process is gone', async (path, origin) => {
  const { sink, app, closed, get, states } = await mortal('dies')
  await Promise.all([get(`/${path}/7`), closed])
  expect(await closed).toEqual([1, null])
  expect(app.printed.join('\n')).toContain('TypeError: nobody caught this, token=abc')
  expect(errorsOf(sink)).toMatchObject([
    {
      severity: 'critical',
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      payload: {
        message: 'nobody caught this, token=[redacted]',
        error_type: 'TypeError',
        handled: false,
        origin,
        route: `/${path}/:id`,
      },
    },
  ])
  expect(states()).toEqual(['started', 'ready', 'crashed'])
})

test('a crash with more waiting than one request may carry is heard, and before all that waited', async () => {
  const { sink, closed, get } = await mortal('dies')
  const linesOf = (body: Buffer): string[] => body.toString().split('\n')
  sink.trouble = ({ body }) => (linesOf(body).length > 20_000 ? { status: 413 } : undefined)
  await Promise.all([get('/much/7'), closed])
  const [first] = sink.requests.filter(({ path }) => path.endsWith('/events'))
  const said = linesOf(first!.body).map((line) => JSON.parse(line) as HubEvent)
  expect(said.map(({ type }) => type)).toEqual(expect.arrayContaining(['ErrorReported', 'LifecycleChanged']))
  expect(said.some(({ payload }) => payload['state'] === 'crashed')).toBe(true)
  expect([errorsOf(sink).length, sink.states().at(-1)?.payload['state']]).toEqual([1, 'crashed'])
})

test('a crash with nobody to tell ends as it would without us', async () => {
  const { sink, closed, get } = await mortal('dies')
  await sink.close()
  void get('/timer/7')
  expect(await closed).toEqual([1, null])
})

test.each([
  ['catches', '/timer/7', 'caught'],
  ['hears', '/promise/7', 'heard'],
])('an app that %s what nobody caught goes on, and the error is reported once', async (how, path, line) => {
  const { sink, app, address, closed, get, states } = await mortal(how)
  // Nobody answers it: the client leaves.
  void fetch(address + path, { signal: AbortSignal.timeout(1000) }).catch(() => {})
  const error = await sink.event('ErrorReported')
  expect(error.payload).toMatchObject({ error_type: 'TypeError', handled: false })
  await expect.poll(() => app.printed).toContain(line)
  await get('/ok')
  app.process.kill('SIGTERM')
  expect(await closed).toEqual([null, 'SIGTERM'])
  expect(errorsOf(sink)).toHaveLength(1)
  expect(states()).toEqual(['started', 'ready', 'stopping', 'stopped'])
})

test('a rejection kills an app that has stopped listening for it, as it would without us', async () => {
  const { sink, closed, get } = await mortal('leaves')
  void get('/promise/7')
  expect(await closed).toEqual([1, null])
  expect(errorsOf(sink)).toHaveLength(1)
})

test.each(['warn', 'none'])(
  'a rejection that node takes by "%s" is reported, and the app goes on',
  async (mode) => {
    const { sink, address, get } = await mortal('lives', `--unhandled-rejections=${mode}`)
    void fetch(`${address}/promise/7`, { signal: AbortSignal.timeout(1000) }).catch(() => {})
    const error = await sink.event('ErrorReported')
    expect(error.payload).toMatchObject({ error_type: 'TypeError', handled: false })
    expect(await get('/ok')).toMatchObject({ status: 200 })
    expect(errorsOf(sink)).toHaveLength(1)
  },
)

test('a rejection that node takes for an exception is reported once, however many listen', async () => {
  const { sink, app, address, get } = await mortal('hears all', '--unhandled-rejections=strict')
  void fetch(`${address}/promise/7`, { signal: AbortSignal.timeout(1000) }).catch(() => {})
  await sink.event('ErrorReported')
  await get('/ok')
  await sink.waitFor(() => sink.events.some(({ payload }) => payload['route'] === '/ok'))
  await expect.poll(() => app.printed).toEqual(expect.arrayContaining(['caught', 'heard']))
  expect(errorsOf(sink)).toHaveLength(1)
})

test('an app that handles SIGTERM itself is not ended by us, and says goodbye when it closes', async () => {
  const { sink, app, closed, states } = await mortal('handles')
  app.process.kill('SIGTERM')
  expect(await closed).toEqual([7, null])
  expect(app.printed).toContain('tidying up')
  expect(states()).toEqual(['started', 'ready', 'stopping', 'stopped'])
  expect(sink.states().at(-2)?.payload).toMatchObject({ reason: 'SIGTERM' })
})

test('an app that leaves by process.exit() has said goodbye all the same', async () => {
  const { app, closed, states } = await mortal('quits')
  app.process.kill('SIGTERM')
  expect(await closed).toEqual([0, null])
  expect(states()).toEqual(['started', 'ready', 'stopping', 'stopped'])
})

test('an app that has nothing left to do ends by itself and says goodbye', async () => {
  const { closed, states } = await mortal('ends')
  expect(await closed).toEqual([0, null])
  expect(states()).toEqual(['started', 'ready', 'stopping', 'stopped'])
})
