import { expect, test } from 'vitest'
import { collectorForTest, event, type Json } from './testing/collector.ts'
import { exportOf, sendSpans, traceId, type SpanInput } from './testing/spans.ts'

const START = Date.UTC(2026, 0, 31, 12)

test('a trace of ten thousand spans comes whole, a larger one is cut and counted', async () => {
  const hub = await collectorForTest({ limits: { partRows: 4000 } })
  const size = 10_000
  for (let from = 0; from < size; from += 1000) {
    const batch = Array.from({ length: 1000 }, (_, n): SpanInput => ({
      service: 'shop',
      id: from + n + 1,
      start: START,
    }))
    await sendSpans(hub, ...batch)
  }
  const whole = (await hub.get(`/api/v1/traces/${traceId(1)}`)).body
  expect([whole.spans.length, whole.truncated, whole.counts.spans]).toEqual([size, false, size])
  await sendSpans(hub, { service: 'shop', id: size + 1, start: START, status: 'error' })
  const cut = (await hub.get(`/api/v1/traces/${traceId(1)}`)).body
  expect([cut.spans.length, cut.truncated, cut.counts]).toEqual([
    size,
    true,
    { spans: size + 1, errors: 1, logs: 0, events: 0 },
  ])
})

test('spans are counted over time, with errors and durations', async () => {
  const hub = await collectorForTest({ limits: { partRows: 7 } })
  for (let n = 0; n < 20; n++) {
    await sendSpans(hub, {
      service: n < 15 ? 'shop' : 'billing',
      trace: n + 1,
      id: n + 1,
      start: START + n * 60_000,
      ms: n < 10 ? 1 : 100,
      ...(n % 5 === 0 && { status: 'error' }),
    })
  }
  const range = `since=${new Date(START).toISOString()}&until=${new Date(START + 1_200_000).toISOString()}&buckets=2`
  const { body } = await hub.get(`/api/v1/traces/stats?${range}`)
  expect(body).toMatchObject({ count: 20, errors: 4, step_s: 600, searched_until: null })
  expect(body.buckets).toMatchObject([
    { at: new Date(START).toISOString(), count: 10, errors: 2, durations: [{ le_ms: 1.024, count: 10 }] },
    {
      at: new Date(START + 600_000).toISOString(),
      count: 10,
      errors: 2,
      durations: [{ le_ms: 131.072, count: 10 }],
    },
  ])
  expect(Math.abs(body.buckets[1].p95_ms / 100 - 1)).toBeLessThan(0.05)
  const own = (await hub.get(`/api/v1/traces/stats?${range}&service=billing&attr=service.name:billing`)).body
  expect(own).toMatchObject({ count: 5, errors: 1 })
})

test('a token of one source sees its own spans of a trace alone', async () => {
  const tokens = 'ingest:*:in,read:shop:out'
  const hub = await collectorForTest({ tokens })
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
  await hub.post(
    '/v1/traces',
    exportOf(
      { service: 'shop', id: 1, kind: 'server', start: START, attributes: { user: 'ada' } },
      {
        service: 'billing',
        id: 2,
        parent: 1,
        kind: 'server',
        start: START + 1,
        ms: 500,
        status: 'error',
        attributes: { iban: 'x' },
      },
      { service: 'billing', trace: 2, id: 3, start: START },
    ),
    bearer('in'),
  )
  for (const source of ['shop', 'billing'])
    await hub.events(event({ source, trace_id: traceId(1) }), bearer('in'))
  const own = bearer('out')
  const list = (await hub.get('/api/v1/traces', own)).body.data
  expect(list).toMatchObject([
    { trace_id: traceId(1), services: ['shop'], spans: 1, errors: 0, duration_ms: 10 },
  ])
  const { body } = await hub.get(`/api/v1/traces/${traceId(1)}`, own)
  expect(body.services).toEqual(['shop'])
  expect(body.spans.map(({ service }: Json) => service)).toEqual(['shop'])
  expect(body.events.map(({ source }: Json) => source)).toEqual(['shop'])
  expect(JSON.stringify(body)).not.toContain('billing')
  expect((await hub.get(`/api/v1/traces/${traceId(2)}`, own)).status).toBe(404)
  expect((await hub.get('/api/v1/traces?service=billing', own)).body.error).toBe('source_mismatch')
  const keys = (await hub.get('/api/v1/traces/attributes', own)).body.data.map(({ key }: Json) => key)
  expect(keys).toEqual(['service.name', 'user'])
  expect((await hub.get('/api/v1/services/billing/operations', own)).status).toBe(404)
  expect((await hub.get('/api/v1/services/billing/requests', own)).status).toBe(404)
  const range = `since=${new Date(START).toISOString()}&until=${new Date(START + 60_000).toISOString()}`
  expect((await hub.get(`/api/v1/traces/stats?${range}`, own)).body.count).toBe(1)
})

test.each([
  ['an open part', 1000],
  ['sealed parts', 4],
])(
  'spans of two services with the same ids are both there, in %s, and each once',
  async (_where, partRows) => {
    const hub = await collectorForTest({
      tokens: 'ingest:shop:shop-in,ingest:billing:billing-in,read:*:out',
      limits: { partRows },
    })
    const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
    const client: SpanInput = { service: 'shop', id: 7, kind: 'client', name: 'shop calls', start: START }
    const server: SpanInput = {
      service: 'billing',
      id: 7,
      kind: 'server',
      name: 'billing serves',
      start: START,
    }
    const root: SpanInput = { service: 'shop', id: 1, kind: 'server', name: 'root', start: START - 1 }
    // Also where the one comes first that names the span of the other, and where either is sent again.
    const sent: [string, SpanInput][] = [
      ['billing-in', { ...server, parent: 1 }],
      ['shop-in', root],
      ['shop-in', { ...client, parent: 1 }],
      ['billing-in', { ...server, parent: 1, name: 'sent again' }],
      ['shop-in', { ...client, parent: 1, name: 'sent again' }],
      ['shop-in', { service: 'shop', trace: 2, id: 9, start: START }],
    ]
    for (const [secret, span] of sent) await hub.post('/v1/traces', exportOf(span), bearer(secret))
    const { body } = await hub.get(`/api/v1/traces/${traceId(1)}`, bearer('out'))
    expect(body.spans.map(({ name }: Json) => name).toSorted()).toEqual([
      'billing serves',
      'root',
      'shop calls',
    ])
    expect(body.counts.spans).toBe(3)
    const { data } = (await hub.get('/api/v1/traces', bearer('out'))).body
    expect(data.find(({ trace_id }: Json) => trace_id === traceId(1))).toMatchObject({
      spans: 3,
      services: ['shop', 'billing'],
    })
    const lines = await fetch(`${hub.url}/api/v1/export?signal=traces`, { headers: bearer('out') })
    const exported = [...(await lines.text()).matchAll(/"name":"([^"]*)"/g)].map(([, name]) => name)
    expect(exported.toSorted()).toEqual(['billing serves', 'root', 'shop calls', 'work'])
  },
)
