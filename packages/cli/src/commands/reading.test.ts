import { expect, test } from 'vitest'
import { run } from '../run.ts'
import { collectorForTest, hubline } from '../testing/command.ts'
import { widthOf } from '../text-width.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const BEGIN = Date.now() - 60_000

async function post(url: string, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.ok).toBe(true)
}

interface Drawn {
  service: string
  id: number
  parent?: number
  name: string
  from: number
  ms: number
  failed?: string
}

const hex = (id: number): string => id.toString(16).padStart(16, '0')

async function sendSpans(url: string, spans: readonly Drawn[]): Promise<void> {
  const resourceSpans = spans.map(({ service, id, parent, name, from, ms, failed }) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [
      {
        spans: [
          {
            traceId: TRACE,
            spanId: hex(id),
            ...(parent !== undefined && { parentSpanId: hex(parent) }),
            name,
            kind: 2,
            startTimeUnixNano: `${(BEGIN + from) * 1000}000`,
            endTimeUnixNano: `${(BEGIN + from + ms) * 1000}000`,
            ...(failed !== undefined && { status: { code: 2, message: failed } }),
          },
        ],
      },
    ],
  }))
  await post(url, '/v1/traces', { resourceSpans })
}

const SHOP: readonly Drawn[] = [
  { service: 'shop', id: 1, name: 'POST /orders', from: 0, ms: 100 },
  {
    service: 'payments',
    id: 2,
    parent: 1,
    name: 'POST /payments',
    from: 20,
    ms: 50,
    failed: 'declined \u001b[2J',
  },
  { service: 'catalog', id: 3, parent: 2, name: 'GET /products/:sku', from: 30, ms: 10 },
  { service: 'catalog', id: 4, parent: 1, name: 'GET /stock', from: 90, ms: 0 },
]

async function screen(
  args: string[],
  columns: number,
  env: Record<string, string> = { NO_COLOR: '1' },
): Promise<string> {
  let text = ''
  const out = { isTTY: true, columns, write: (written: string) => (text += written) }
  await run(args, { env, out, err: out })
  return text
}

test('a trace is a waterfall of its spans, with what was said in its course', async () => {
  const { url } = await collectorForTest()
  await sendSpans(url, SHOP)
  await post(url, '/api/v1/hub/events', {
    type: 'InteractionDetected',
    source: 'shop',
    occurred_at: new Date(BEGIN + 95).toISOString(),
    payload: { action: 'order_placed', sku: 'tea' },
    trace_id: TRACE,
  })
  const text = await screen(['trace', TRACE, '--url', url], 90)
  expect(text.split('\n')).toEqual([
    `Trace ${TRACE}`,
    `${new Date(BEGIN).toISOString()} · 100 ms · 4 spans · 3 services · 1 error`,
    '',
    `shop      POST /orders              ${'█'.repeat(41)}     100 ms`,
    `payments  ├─ POST /payments         ${' '.repeat(8)}${'█'.repeat(20)}▌${' '.repeat(12)}      50 ms ✗`,
    `catalog   │  └─ GET /products/:sku  ${' '.repeat(12)}████▏${' '.repeat(24)}      10 ms`,
    `catalog   └─ GET /stock             ${' '.repeat(37)}▏${' '.repeat(3)}       0 ms`,
    '',
    '✗ payments: declined \uFFFD[2J',
    '',
    '    +95 ms  shop            InteractionDetected  order_placed sku=tea',
    '',
  ])
})

test.each([200, 80, 79, 60, 59, 40, 30])('a trace is no wider than %i columns', async (columns) => {
  const { url } = await collectorForTest()
  const names = ['注文'.repeat(40), 'x'.repeat(300), 'short']
  const deep = Array.from({ length: 60 }, (_, n) => ({
    service: `service-with-a-long-name-${n % 7}`,
    id: n + 1,
    ...(n > 0 && { parent: n }),
    name: names[n % 3]!,
    from: n,
    ms: 300 - n,
    ...(n === 59 && { failed: 'y'.repeat(400) }),
  }))
  await sendSpans(url, deep)
  const lines = (await screen(['trace', TRACE, '--url', url], columns)).split('\n')
  // The second line can wrap: it is prose.
  const tooLong = lines.filter((line, index) => index !== 1 && index !== 0 && widthOf(line) > columns)
  expect(tooLong).toEqual([])
  expect(lines.filter((line) => /\d m?s/.test(line)).length).toBeGreaterThanOrEqual(60)
})

test('failures are red, services have colours of their own, and a pipe has none', async () => {
  const { url } = await collectorForTest()
  await sendSpans(url, SHOP)
  const coloured = await screen(['trace', TRACE, '--url', url], 90, {})
  expect(coloured).toContain('\u001b[36mshop    \u001b[39m')
  expect(coloured).toContain('\u001b[31m├─ POST /payments')
  expect((await hubline(['trace', TRACE, '--url', url])).out).not.toContain('\u001b')
})

test('spans in a circle, and such without their parent, are shown once', async () => {
  const { url } = await collectorForTest()
  await sendSpans(url, [
    { service: 'a', id: 1, parent: 2, name: 'one', from: 0, ms: 10 },
    { service: 'a', id: 2, parent: 1, name: 'two', from: 1, ms: 5 },
    { service: 'a', id: 3, parent: 99, name: 'orphan', from: 2, ms: 5 },
  ])
  const { out } = await hubline(['trace', TRACE, '--url', url])
  expect(out.match(/one|two|orphan/g)).toEqual(['orphan', 'one', 'two'])
})

test('a trace is found by its traceparent, answered in JSON, and told when there is none', async () => {
  const { url } = await collectorForTest()
  await sendSpans(url, SHOP)
  const json = await hubline([
    'trace',
    `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
    '--json',
    '--url',
    url,
  ])
  expect(JSON.parse(json.out)).toMatchObject({ trace_id: TRACE, counts: { spans: 4 } })
  expect((await hubline(['trace', 'abc', '--url', url])).code).toBe(2)
  expect((await hubline(['trace', '0'.repeat(31) + '1', '--url', url])).code).toBe(1)
})

test('traces are listed by what they hold', async () => {
  const { url } = await collectorForTest()
  await sendSpans(url, SHOP)
  const { out } = await hubline(['traces', '--status', 'error', '--since', '1h', '--url', url])
  expect(out.split('\n')[1]).toMatch(
    new RegExp(`^${TRACE}  1 min ago  100 ms  4 {6}1 {7}shop, payments, catalog  POST /orders$`),
  )
  const none = await hubline(['traces', '--min-duration', '1s', '--url', url])
  expect(none).toEqual({ code: 0, out: '', err: 'There are no such traces.\n' })
  const bad = await hubline(['traces', '--limit', 'all', '--url', url])
  expect([bad.code, bad.err]).toEqual([1, expect.stringContaining('limit')])
})

test('services and their instances are listed with their states', async () => {
  const { url } = await collectorForTest()
  const none = await hubline(['services', '--url', url])
  expect(none).toEqual({ code: 0, out: '', err: 'Nothing has come from any service yet.\n' })
  await post(url, '/api/v1/hub/events', {
    type: 'AgentHeartbeat',
    source: 'shop',
    env: 'test',
    instance: 'web-1',
    occurred_at: new Date().toISOString(),
    payload: { status: 'healthy' },
  })
  const { out } = await hubline(['services', '--url', url])
  expect(out).toMatch(
    /^SERVICE {2}STATE .*\nshop {5}up .* test .*alive, but there never was traffic or tracing\n$/,
  )
  const instances = await hubline(['services', 'shop', '--url', url])
  expect(instances.out).toMatch(/^INSTANCE {2}STATE .*\nweb-1 {5}up .*\n$/)
  expect(JSON.parse((await hubline(['services', '--json', '--url', url])).out)).toMatchObject({
    data: [{ name: 'shop', state: 'up' }],
  })
  const coloured = await screen(['services', '--url', url], 60, {})
  expect(coloured).toContain('\u001b[32mup   \u001b[39m')
  expect(
    (await screen(['services', '--url', url], 60)).split('\n').every((line) => widthOf(line) <= 60),
  ).toBe(true)
  expect((await hubline(['services', 'nobody', '--url', url])).code).toBe(1)
})

test('errors are listed by their groups', async () => {
  const { url } = await collectorForTest()
  const payload = { severity: 'error', message: 'no tea \u009b31m', error_type: 'TeaError' }
  for (let n = 0; n < 2; n++) {
    await post(url, '/api/v1/hub/events', {
      type: 'ErrorReported',
      source: 'shop',
      occurred_at: new Date().toISOString(),
      payload,
    })
  }
  const { out } = await hubline(['errors', '--service', 'shop', '--url', url])
  expect(out).toMatch(/^SERVICE .*\nshop {5}open {3}2 .* TeaError: no tea \uFFFD31m\n$/)
  const json = await hubline(['errors', '--json', '--url', url])
  expect(json.out).not.toContain('\u009b')
  expect(JSON.parse(json.out)).toMatchObject({ data: [{ message: payload.message }] })
  const none = await hubline(['errors', '--state', 'muted', '--url', url])
  expect(none.err).toBe('There are no such errors.\n')
})
