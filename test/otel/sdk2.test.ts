import { afterAll, beforeAll, expect, test } from 'vitest'
import { TRACE, TRACE_ID } from '../contract/story.ts'
import { temporaryFolder, type TemporaryFolder } from '../packaging/places.ts'
import { ask } from '../support/http.ts'
import { served, spanOf, startPeer } from './peer.ts'
import { installProject } from './project.ts'

/** The last releases of the 2.x line. */
const VERSIONS = {
  '@opentelemetry/api': '1.9.1',
  '@opentelemetry/api-logs': '0.223.0',
  '@opentelemetry/exporter-logs-otlp-proto': '0.223.0',
  '@opentelemetry/exporter-trace-otlp-proto': '0.223.0',
  '@opentelemetry/instrumentation-http': '0.223.0',
  '@opentelemetry/sdk-node': '0.223.0',
  express: '5.3.0',
}

let folder: TemporaryFolder

beforeAll(async () => {
  folder = await temporaryFolder()
  const installed = await installProject(folder.path, VERSIONS)
  console.info(`installed: ${JSON.stringify(installed)}`)
  expect(installed).toEqual(VERSIONS)
}, 180_000)

afterAll(() => folder.remove())

test.each([
  ['before', '1'],
  ['before', '0'],
  ['after', '0'],
  ['listening', '0'],
])('an SDK 2.x registered %s us keeps the one SERVER span (instrumented: %s)', async (SDK_AT, INSTRUMENT) => {
  const env = { SDK: 'sdk2', SDK_AT, INSTRUMENT, OTEL_METRICS_EXPORTER: 'none' }
  const { sink, url, end, printed } = await startPeer({ env, project: folder.path })
  await ask(`${url}/users/7`, { headers: TRACE })
  expect(await end(), printed.join('\n')).toEqual([0, null])
  const [span] = served(sink)
  expect(span).toMatchObject({
    traceId: TRACE_ID,
    parentSpanId: 'b7ad6b7169203331',
    name: 'GET /users/:id',
    attributes: { 'http.route': '/users/:id', 'http.response.status_code': 200, 'url.path': '/users/7' },
  })
  expect(spanOf(sink, 'brew').parentSpanId).toBe(span.spanId)
  for (const { resource } of sink.spans) expect(resource.attributes['service.name']).toBe('host')
  expect(printed.filter((line) => !line.startsWith('ready'))).toEqual([])
})

test('logs go through its logger provider, which another global holds', async () => {
  const env = { SDK: 'sdk2', INSTRUMENT: '1', OTEL_METRICS_EXPORTER: 'none' }
  const { sink, url, end } = await startPeer({ env, project: folder.path })
  await ask(`${url}/broken/7`)
  await end()
  const [{ traceId, spanId }] = served(sink)
  const logs = sink.logs.filter(({ eventName }) => eventName === 'http.server.request.exception')
  expect(logs).toMatchObject([
    { traceId, spanId, resource: { attributes: { 'telemetry.sdk.name': 'opentelemetry' } } },
  ])
})

test('our own API under API 1.9 makes children', async () => {
  const { sink, url, end } = await startPeer({ env: { API: '1', HUB_OTEL_API: '1' }, project: folder.path })
  await ask(`${url}/users/7`)
  await end()
  const [span] = served(sink)
  expect(spanOf(sink, 'brew')).toMatchObject({ traceId: span.traceId, parentSpanId: span.spanId })
})
