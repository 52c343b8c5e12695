import { expect, test } from 'vitest'
import type { Json } from '../../collector/src/testing/collector.ts'
import { startCollectorProcess } from '../faults/collector-process.ts'
import { temporaryFolder } from '../support/programs.ts'
import { findNode } from './nodes.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const nanos = (ms: number) => `${ms}000000`
const text = (stringValue: string) => ({ stringValue })

/** One of everything that a collector takes, by address. */
function bodies(now: number): [path: string, body: unknown][] {
  const at = (ms: number) => new Date(now + ms).toISOString()
  const common = { source: 'shop', occurred_at: at(0), instance: 'i-1', env: 'test' }
  const event = (type: string, payload: object, seq: number) => ({ ...common, type, payload, seq })
  const resource = {
    attributes: [
      { key: 'service.name', value: text('shop') },
      { key: 'service.instance.id', value: text('i-1') },
    ],
  }
  const exception = [
    { key: 'exception.type', value: text('TypeError') },
    { key: 'exception.message', value: text('price is undefined') },
  ]
  const span = {
    traceId: TRACE,
    spanId: '00f067aa0ba902b7',
    name: 'GET /cart',
    kind: 2,
    startTimeUnixNano: nanos(now),
    endTimeUnixNano: nanos(now + 20),
    status: { code: 2 },
    events: [{ name: 'exception', timeUnixNano: nanos(now), attributes: exception }],
  }
  const record = {
    timeUnixNano: nanos(now),
    severityNumber: 9,
    body: text('the kettle boils'),
    traceId: TRACE,
  }
  const points = [0, 10, 20].map((value, n) => ({
    startTimeUnixNano: nanos(now - 60_000),
    timeUnixNano: nanos(now - 20_000 + n * 10_000),
    asInt: value,
  }))
  const sum = { isMonotonic: true, aggregationTemporality: 2, dataPoints: points }
  return [
    [
      '/api/v1/hub/events',
      [
        event('AppRegistered', { version: '1.0.0', env: 'test', heartbeat_interval_s: 60 }, 1),
        event('AgentHeartbeat', { status: 'healthy', interval_s: 60 }, 2),
        event('ErrorReported', { severity: 'error', message: 'no stock', error_type: 'StockError' }, 3),
      ],
    ],
    [
      '/api/v1/messagebus/publish',
      {
        event_type: 'shop.order.placed',
        source_service: 'shop',
        payload: {},
        priority: 'normal',
        timestamp: at(0),
      },
    ],
    ['/events', { source_system: 'akosha', event_type: 'pattern_detected', severity: 'info', data: {} }],
    ['/v1/traces', { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }],
    ['/v1/logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] }],
    [
      '/v1/metrics',
      { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'orders', unit: '1', sum }] }] }] },
    ],
  ]
}

test(
  'the collector does all of it on the oldest line of Node, and after a restart',
  { timeout: 120_000 },
  async () => {
    const folder = await temporaryFolder()
    const node = (await findNode('22', folder)).path
    const data = await temporaryFolder()
    let collector = await startCollectorProcess(data, { node })
    const get = async (path: string) => {
      const response = await fetch(collector.url + path)
      return { status: response.status, body: JSON.parse(await response.text()) as Json }
    }
    for (const [path, body] of bodies(Date.now())) {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(collector.url + path, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
      expect([path, response.status, await response.text()]).toEqual([
        path,
        expect.toBeOneOf([200, 201]),
        expect.not.stringContaining('rejected":[{'),
      ])
    }
    for (const run of ['at first', 'after a restart']) {
      const read = async (path: string) => (await get(path)).body
      expect((await read('/api/v1/services/shop'))['state'], run).toBe('up')
      expect((await read('/api/v1/hub/events?text=stock'))['data'], run).toHaveLength(1)
      expect((await read('/events?source_system=akosha'))['count'], run).toBe(1)
      expect((await read('/api/v1/traces?service=shop&status=error'))['data'], run).toHaveLength(1)
      expect((await read(`/api/v1/traces/${TRACE}`))['spans'], run).toHaveLength(1)
      expect((await read('/api/v1/logs?q=kettle'))['data'], run).toHaveLength(1)
      expect((await read('/api/v1/errors'))['data'], run).toHaveLength(2)
      expect(
        (await read('/api/v1/metrics/query?name=orders&fn=increase&step=1h'))['lines'],
        run,
      ).toHaveLength(1)
      expect((await read('/api/v1/monitors?service=akosha'))['data'], run).toHaveLength(1)
      const { paths } = (await get('/openapi.json')).body
      for (const [path, methods] of Object.entries<Record<string, unknown>>(paths)) {
        if (!('get' in methods) || path.includes('stream')) continue
        const response = await fetch(collector.url + path.replace(/\{\w+\}/g, TRACE))
        expect(response.status, `${path}, ${run}`).toBeLessThan(500)
        await response.body?.cancel()
      }
      expect(collector.stderr()).not.toContain('"level"')
      if (run !== 'at first') continue
      collector.child.kill('SIGTERM')
      expect(await collector.exited).toBe(0)
      collector = await startCollectorProcess(data, { node })
    }
  },
)
