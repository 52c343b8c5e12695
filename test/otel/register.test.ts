import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ask } from '../support/http.ts'
import { durationsOf, served, spanOf, startPeer } from './peer.ts'

const DIST = fileURLToPath(new URL('../../packages/otel/dist/', import.meta.url))

describe.each([
  ['--import', 'register.js'],
  ['--require', 'register.cjs'],
])('node %s @hubline/otel/%s', (flag, file) => {
  const flags = [flag, DIST + file]

  test.each(['express', 'fastify'])('traces a request through %s and out again', async (FRAMEWORK) => {
    const { sink, url, end } = await startPeer({ flags, env: { FRAMEWORK, API: '1', HUB_ENV: 'kitchen' } })
    await ask(`${url}/far`)
    await ask(`${url}/health`)
    expect(await end()).toEqual([0, null])
    const [far, near] = ['GET /far', 'GET /users/:id'].map((name) => spanOf(sink, name))
    const [out] = sink.spans.filter(({ kind }) => kind === 'client')
    expect(out).toMatchObject({ traceId: far!.traceId })
    expect(near).toMatchObject({ traceId: far!.traceId, parentSpanId: out!.spanId })
    expect(spanOf(sink, 'brew').traceId).toBe(far!.traceId)
    expect(sink.spans.filter(({ kind }) => kind === 'server')).toHaveLength(2)
    const [event] = sink.ofType('InteractionDetected')
    for (const { resource } of [...sink.spans, ...sink.logs, ...sink.metrics]) {
      expect(resource.attributes).toMatchObject({
        'service.name': 'tea',
        'service.instance.id': event!.instance,
        'deployment.environment.name': 'kitchen',
        'telemetry.sdk.name': 'opentelemetry',
      })
    }
    const routes = durationsOf(sink).map(({ attributes }) => attributes['http.route'])
    expect(routes).toEqual(expect.arrayContaining(['/far', '/users/:id']))
  })

  test('sends what waits when a signal that nobody else heeds ends the process', async () => {
    const { sink, url, end } = await startPeer({ flags, env: { UNMANAGED: '1' } })
    await ask(`${url}/users/7`)
    expect(await end()).toEqual([null, 'SIGTERM'])
    const [span] = served(sink)
    expect(span.name).toBe('GET /users/:id')
    expect(sink.states().map(({ payload }) => payload['state'])).toContain('stopped')
  })
})

test('starts nothing where there is nowhere to send to', async () => {
  const flags = ['--import', `${DIST}register.js`]
  const { sink, url, end } = await startPeer({ flags, env: { HUB_API_URL: '', UNMANAGED: '1' } })
  expect((await ask(`${url}/health`)).status).toBe(200)
  expect(await end()).toEqual([null, 'SIGTERM'])
  expect(sink.requests).toEqual([])
})
