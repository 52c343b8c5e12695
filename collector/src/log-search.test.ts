import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { collectorForTest, type Json } from './testing/collector.ts'
import { bodies, indexed, iso, query, send, START } from './testing/log-records.ts'
import type { LogInput } from './testing/otlp-json.ts'

const TEXTS: [q: string, found: string[]][] = [
  ['timeout', ['upstream', 'attribute', 'event']],
  ['TIMEOUT upstream', ['upstream']],
  ['"connection refused"', ['refused']],
  ['"refused connection"', []],
  ['refused -connection', ['word']],
  ['-timeout -refused', ['accent', 'plain', 'nested', 'odd']],
  ['pay*', ['plain']],
  ['"took 12*"', ['plain']],
  ['order_42', ['plain']],
  ['cafe', ['accent']],
  ['CAFÉ', ['accent']],
  ['deep', ['nested']],
  ['"NEAR(a b)" OR', []],
  ['or', ['odd']],
  ['body:or', []],
  ['{odd} ^or', ['odd']],
  ['"unclosed timeout', []],
  ["o'neil", ['odd']],
]

test('words, phrases, beginnings and what must not be there are searched alike with an index and without one', async () => {
  const hub = await collectorForTest({ limits: { partRows: 9 } })
  const records: LogInput[] = [
    { at: START, body: 'upstream timeout', attributes: { key: 'upstream' } },
    { at: START, body: 'failed', attributes: { key: 'attribute', why: 'a Timeout of 5s' } },
    { at: START, body: '', eventName: 'job.timeout', attributes: { key: 'event' } },
    { at: START, body: 'connect: Connection refused!', attributes: { key: 'refused' } },
    { at: START, body: 'it was refused', attributes: { key: 'word' } },
    { at: START, body: 'Café au lait', attributes: { key: 'accent' } },
    { at: START, body: 'payment of order_42 took 1234 ms', attributes: { key: 'plain' } },
    { at: START, body: { a: { b: ['very deep'] } }, attributes: { key: 'nested' } },
    { at: START, body: "odd or {even} ^ o'neil", attributes: { key: 'odd' } },
  ]
  const keys = async (q: string) => {
    const { status, body } = await hub.get(`/api/v1/logs?${query({ q, order: 'asc' })}`)
    expect(status, q).toBe(200)
    return body.data.map(({ attributes }: Json) => attributes.key)
  }
  await send(hub, records)
  for (const [q, found] of TEXTS) expect(await keys(q), q).toEqual(found)
  await send(hub, records)
  await indexed(hub)
  for (const [q, found] of TEXTS) expect(await keys(q), q).toEqual([...found, ...found])
})

test('a part that is still open is searched by what is indexed of it and by reading the rest', async () => {
  const hub = await collectorForTest()
  const batch = (first: number) =>
    Array.from({ length: 500 }, (_, n) => ({
      at: START + first + n,
      body: `line ${first + n}${n % 250 === 7 ? ' lucky' : ''}`,
    }))
  for (let first = 0; first < 2500; first += 500) await send(hub, batch(first))
  await vi.waitFor(() => {
    const part = new DatabaseSync(join(hub.collector.dataDir, 'logs/1.db'), { readOnly: true })
    const found = part.prepare("SELECT 1 FROM sqlite_master WHERE name = 'logs_text_until'").get()
    const until = found && part.prepare('SELECT max(seq) AS seq FROM logs_text_until').get()
    part.close()
    expect(until?.['seq']).toBeGreaterThan(0)
  }, 15_000)
  await send(hub, batch(2500))
  const lucky = Array.from({ length: 12 }, (_, n) => `line ${n * 250 + 7} lucky`)
  expect(await bodies(hub, { q: 'lucky', order: 'asc', limit: 5 })).toEqual(lucky)
  expect(await bodies(hub, { q: 'lucky -257 -2757', order: 'asc' })).toEqual(
    lucky.filter((_, n) => n !== 1 && n !== 11),
  )
  expect((await hub.get('/api/v1/logs/facets?q=line')).body.total).toBe(3000)
})

test('a search without a word, or with too many, is refused', async () => {
  const hub = await collectorForTest()
  for (const q of ['*', '"', '""', '-', '( ) ^ :', '!!!', 'x '.repeat(21), 'x'.repeat(501)]) {
    const { status, body } = await hub.get(`/api/v1/logs?${query({ q })}`)
    expect([q, status, body.error]).toEqual([q, 400, 'invalid_parameter'])
    expect(body.message).toMatch(/^q is ".*it must be/s)
  }
})

test('facets and the histogram count what the list finds', async () => {
  const hub = await collectorForTest({ limits: { partRows: 10 } })
  const records = Array.from({ length: 45 }, (_, n) => ({
    at: START + n * 1000,
    body: n % 3 === 0 ? 'third' : 'other',
    severity: n % 2 === 0 ? 9 : 17,
    attributes: { route: `/${n % 4}`, ...(n % 5 === 0 && { rare: 'x' }) },
    ...(n % 9 === 0 && { eventName: 'ninth' }),
  }))
  for (let at = 0; at < 45; at += 9)
    await send(hub, records.slice(at, at + 9), { 'service.name': at < 18 ? 'a' : 'b' })
  await indexed(hub)
  const facets = async (given: string) => (await hub.get(`/api/v1/logs/facets?${given}`)).body
  expect(await facets('facet=route')).toEqual({
    total: 45,
    services: [
      { value: 'b', count: 27 },
      { value: 'a', count: 18 },
    ],
    severities: [
      { value: 'info', count: 23 },
      { value: 'error', count: 22 },
    ],
    event_names: [{ value: 'ninth', count: 5 }],
    attribute: {
      key: 'route',
      values: [
        { value: '/0', count: 12 },
        { value: '/1', count: 11 },
        { value: '/2', count: 11 },
        { value: '/3', count: 11 },
      ],
      without_it: 0,
    },
    cut: false,
  })
  const narrow = await facets('q=third&service=b&facet=rare&top=1')
  expect(narrow).toMatchObject({
    total: 9,
    attribute: { key: 'rare', values: [{ value: 'x', count: 1 }], without_it: 8 },
  })
  expect((await facets('attr=route:/1')).total).toBe(11)

  const range = `since=${iso(START)}&until=${iso(START + 45_000)}`
  const { body } = await hub.get(`/api/v1/logs/histogram?${range}&step=10s&q=third`)
  expect(body).toEqual({
    step_ms: 10_000,
    data: [4, 3, 3, 4, 1].map((total, n) => ({
      start: iso(START + n * 10_000),
      total,
      severities: [
        { info: 2, error: 2 },
        { info: 2, error: 1 },
        { info: 1, error: 2 },
        { info: 2, error: 2 },
        { info: 1 },
      ][n],
    })),
    cut: false,
  })
  const wrong = await hub.get(`/api/v1/logs/histogram?since=${iso(START)}&until=${iso(START)}`)
  expect([wrong.status, wrong.body.error]).toEqual([400, 'invalid_parameter'])
  expect((await hub.get(`/api/v1/logs/histogram?since=2000-01-01&step=1s`)).body.message).toContain(
    '2000 steps',
  )
})
