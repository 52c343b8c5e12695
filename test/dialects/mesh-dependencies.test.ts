import { expect, test } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { Client } from './peers.ts'

let made = 0

/** Somebody's spans of one call: the caller's, and in the callee its answer. */
async function call(client: Client, from: string, to: string): Promise<void> {
  const traceId = (++made).toString(16).padStart(32, '0')
  const ids = [1, 2].map((n) => (made * 10 + n).toString(16).padStart(16, '0'))
  const now = BigInt(Date.now()) * 1_000_000n
  const span = (service: string, kind: number, spanId: string, parentSpanId?: string) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [
      {
        spans: [
          {
            traceId,
            spanId,
            ...(parentSpanId !== undefined && { parentSpanId }),
            name: 'call',
            kind,
            startTimeUnixNano: String(now - 5_000_000n),
            endTimeUnixNano: String(now),
          },
        ],
      },
    ],
  })
  const resourceSpans = [span(from, 3, ids[0]!), span(to, 2, ids[1]!, ids[0]!)]
  expect((await client.post('/v1/traces', { resourceSpans })).status).toBe(200)
}

test('the graph is what the spans show, and changes with them', async () => {
  const { url } = await collectorForTest()
  const client = new Client(url)
  const graph = async () => (await client.get('/api/v1/dependencies/graph')).body
  expect(await graph()).toMatchObject({
    total_services: 0,
    total_dependencies: 0,
    critical_path: [],
    clusters: {},
  })

  await client.post('/api/v1/heartbeat/register', { service_id: 'cron' })
  for (const to of ['stock', 'payments', 'mail']) await call(client, 'shop', to)
  await call(client, 'payments', 'bank')
  expect(await graph()).toEqual({
    total_services: 6,
    total_dependencies: 4,
    hub_services: ['shop'],
    isolated_services: ['cron'],
    circular_dependencies: [],
    critical_path: ['shop', 'payments', 'bank'],
    clusters: { cluster_1: ['bank', 'mail', 'payments', 'shop', 'stock'] },
    average_dependencies: 0.67,
  })

  await call(client, 'bank', 'payments')
  await call(client, 'cron', 'ledger')
  expect(await graph()).toMatchObject({
    total_services: 7,
    isolated_services: [],
    circular_dependencies: [['bank', 'payments']],
    clusters: { cluster_2: ['cron', 'ledger'] },
  })
  const before = await client.get('/api/v1/dependencies/graph?until=2020-01-01')
  expect(before.body).toMatchObject({
    total_dependencies: 0,
    isolated_services: expect.arrayContaining(['shop']),
  })
})

test('the drawing holds whatever services call themselves', async () => {
  const { url } = await collectorForTest()
  const client = new Client(url)
  await call(client, 'shop', 'evil"] --> x["<script>alert(1)</script>\n click n0 "javascript:alert(1)"')
  const { mermaid } = (await client.get('/api/v1/dependencies/visualize/mermaid')).body
  const lines = mermaid.trimEnd().split('\n')
  expect(lines).toHaveLength(4)
  expect(lines[0]).toBe('flowchart LR')
  expect(mermaid).toContain('"shop"')
  expect(mermaid).not.toMatch(/[<>]script|\bclick n0 "/)
})

test('a token that is bound to a source sees no graph of all', async () => {
  const { url } = await collectorForTest({ tokens: 'read:shop:shop-out' })
  const client = new Client(url, { authorization: 'Bearer shop-out' })
  for (const path of ['dependencies/graph', 'dependencies/visualize/mermaid', 'messagebus/status']) {
    expect((await client.get(`/api/v1/${path}`)).body.error).toBe('insufficient_permissions')
  }
})
