import { readFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { collectorForTest, type Json } from '../../collector/src/testing/collector.ts'
import { HubSink } from '../support/hub-sink.ts'
import { example, Program } from './program.ts'

// The integration checklist of a service of the mesh, each item as far as a test can go.

/** Ends what hangs. */
const WAIT = { timeout: 20_000 }

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const start = async (MESH_URL: string): Promise<{ service: Program; url: string }> => {
  const service = new Program('mesh-service', 'src/main.ts', { MESH_URL, PORT: '0', NODE_ENV: 'production' })
  const [, url] = await service.says(/listens on (http:\S+)/)
  return { service, url: url! }
}

test('one dependency brings the client', async () => {
  const { dependencies } = JSON.parse(await readFile(`${example('mesh-service')}package.json`, 'utf8')) as {
    dependencies: object
  }
  expect(dependencies).toHaveProperty('@hubline/hooks')
})

test('with the mesh: lifecycle, health, events of the endpoints, metrics and errors arrive', async () => {
  const hub = await collectorForTest({ pullPrivate: 'allow' })
  const { service, url } = await start(hub.url)
  expect(await (await fetch(`${url}/health`)).json()).toEqual({
    status: 'healthy',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    service: 'my-service',
    version: '1.0.0',
  })
  expect(await (await post(`${url}/api/v1/process`, { items: ['a', 'b'] })).json()).toEqual({
    status: 'success',
    result: { processed: true, items: 2 },
  })
  expect((await post(`${url}/api/v1/process`, { items: 7 })).status).toBe(500)
  expect(await (await post(`${url}/api/v1/metrics`, {})).json()).toEqual({ status: 'metric_published' })
  const status = await vi.waitUntil(async () => {
    const { body } = await hub.get('/api/v1/heartbeat/status/my-service')
    return body.metrics?.heartbeat_count > 0 && body
  }, WAIT)
  expect(status).toMatchObject({ status: 'healthy', is_alive: true, config: { interval_seconds: 10 } })
  service.stop()
  expect(await service.ended, service.err).toBe(0)

  const events: Json[] = await hub.allEvents()
  expect(
    events.map(({ type, payload, priority }) => [type, payload.state ?? payload.message, priority]),
  ).toEqual([
    ['LifecycleChanged', 'started', 'normal'],
    ['LifecycleChanged', 'ready', 'normal'],
    ['my-service.process.started', undefined, 'normal'],
    ['my-service.process.completed', undefined, 'normal'],
    ['my-service.process.started', undefined, 'normal'],
    ['ErrorReported', 'items must be a list', 'critical'],
    ['MetricReported', undefined, 'low'],
    ['LifecycleChanged', 'stopping', 'normal'],
    ['LifecycleChanged', 'stopped', 'high'],
  ])
  expect(new Set(events.map(({ source }) => source))).toEqual(new Set(['my-service']))
  expect(events[0].payload).toMatchObject({ version: '1.0.0', features: ['processing', 'analysis'] })
  expect(events[3].payload).toMatchObject({ status: 'success', items_processed: 2 })
})

test('without the mesh the service works as before, and says what was lost', async () => {
  const { service, url } = await start(`http://127.0.0.1:${await HubSink.freePort()}`)
  expect((await post(`${url}/api/v1/process`, { items: [] })).status).toBe(200)
  expect((await fetch(`${url}/health`)).status).toBe(200)
  expect(await (await post(`${url}/api/v1/metrics`, {})).json()).toEqual({ status: 'metric_lost' })
  service.stop()
  expect(await service.ended).toBe(0)
  expect(service.err).toMatch(/my-service: LifecycleChanged was not delivered: .*ECONNREFUSED/)
  expect(service.err).toMatch(/my-service: it is not registered: .*ECONNREFUSED/)
  expect(service.err).toContain('my-service.process.completed was not delivered')
})
