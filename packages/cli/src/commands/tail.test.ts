import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '@hubline/collector'
import { expect, onTestFinished, test } from 'vitest'
import { run } from '../run.ts'
import { collectorForTest, hubline } from '../testing/command.ts'
import { widthOf } from '../text-width.ts'
import { cuttingProxy } from '../testing/cutting-proxy.ts'
import { RunningCommand } from '../testing/process.ts'

const TRACE = 'ab'.repeat(16)

let made = 0

function event(more: object = {}): object {
  return {
    id: `event-${++made}`,
    type: 'shop.order.placed',
    source: 'shop',
    occurred_at: '2026-01-31T12:00:00.250Z',
    payload: { order: made },
    ...more,
  }
}

async function post(url: string, ...events: object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/v1/hub/events`, {
    method: 'POST',
    headers,
    body: JSON.stringify(events),
  })
  expect(answer.status).toBe(200)
}

const idsOf = (out: string): string[] => out.match(/event-\d+/g) ?? []

test('shows what comes, as it comes, and only what is asked for', async () => {
  const { url } = await collectorForTest()
  await post(url, event())
  const tail = new RunningCommand([
    'tail',
    '--url',
    url,
    '--source',
    'shop',
    '--min-severity',
    'warning',
    '--json',
  ])
  // The first events may come before the stream is open; one of them comes after it.
  const [first, second] = [event({ severity: 'warning' }), event({ severity: 'critical' })]
  await expect
    .poll(
      async () => {
        await post(url, event({ severity: 'error', payload: { probe: true } }))
        return tail.out
      },
      { timeout: 15_000 },
    )
    .toContain('probe')
  await post(url, event(), event({ source: 'other', severity: 'error' }), first, second)
  await tail.says(/"severity":"critical"/)
  const shown = tail.out.split('\n').filter((line) => line !== '' && !line.includes('probe'))
  expect(shown.map((line) => JSON.parse(line) as object)).toMatchObject([first, second])
})

test('goes on by the cursor over a line that is cut, and misses and repeats nothing', async () => {
  const { url } = await collectorForTest()
  const events = Array.from({ length: 300 }, () => event({ payload: { pad: 'x'.repeat(2000) } }))
  await post(url, ...events)
  const proxy = await cuttingProxy(url, [100_000, 200_000, 50_000])
  const { code, out } = await hubline(['tail', '--url', proxy, '--since', '1h', '--count', '300', '--json'])
  expect(code).toBe(0)
  expect(out.split('\n').map((line) => idsOf(line)[0])).toEqual([
    ...events.map((each) => (each as { id: string }).id),
    undefined,
  ])
})

test('goes on after the collector was restarted', async () => {
  const data = await mkdtemp(join(tmpdir(), 'hubline-tail-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  const first = await startCollector({ port: 0, data, logLevel: 'error' })
  onTestFinished(() => first.close())
  await post(first.url, event())
  const tail = new RunningCommand(['tail', '--url', first.url, '--since', '1h', '--json'])
  await tail.says(/event-/)
  await first.close()
  await tail.says(/no collector answers at .*; trying again\n/, 'err')
  const second = await startCollector({ port: first.port, data, logLevel: 'error' })
  onTestFinished(() => second.close())
  await post(second.url, event({ payload: { last: true } }))
  await tail.says(/"last":true/)
  expect(tail.err).toMatch(/^hubline: .*; trying again\nhubline: connected again\n$/)
  expect(new Set(idsOf(tail.out)).size).toBe(2)
})

test('what cannot be is told at once', async () => {
  const { url } = await collectorForTest()
  expect((await hubline(['tail', '--url', 'http://127.0.0.1:1'])).code).toBe(3)
  const bad = await hubline(['tail', '--url', url, '--severity', 'loud'])
  expect([bad.code, bad.err]).toEqual([1, expect.stringContaining('severity')])
  const when = await hubline(['tail', '--url', url, '--since', 'lately'])
  expect([when.code, when.err]).toEqual([2, expect.stringContaining('It must be a time such as')])
})

async function screen(url: string, columns: number, count: number): Promise<string[]> {
  let text = ''
  const out = { isTTY: true, columns, write: (written: string) => (text += written) }
  const args = ['tail', '--url', url, '--since', '1h', '--count', String(count)]
  await run(args, { env: { NO_COLOR: '1' }, out, err: out })
  return text.split('\n').slice(0, -1)
}

test('a line has what matters of each kind of event, in the width of the terminal', async () => {
  const { url } = await collectorForTest()
  const interaction = {
    action: 'GET /users/:id',
    outcome: 'ok',
    status: 200,
    method: 'GET',
    duration_ms: 12.34,
  }
  await post(
    url,
    event({ type: 'InteractionDetected', payload: interaction, trace_id: TRACE }),
    event({
      type: 'ErrorReported',
      payload: { severity: 'error', message: 'no tea', error_type: 'TeaError' },
    }),
    event({ type: 'MetricReported', payload: { metric: 'orders', value: 42, unit: 'count', period: '24h' } }),
    event({ payload: { note: 'a \u001b[2J\u202e long text '.repeat(20) }, source: '注文サービスの名前' }),
  )
  const wide = await screen(url, 120, 4)
  expect(wide.map((line) => line.slice(14))).toEqual([
    `shop              InteractionDetected   GET /users/:id 200 12.3 ms  ${TRACE}`,
    'shop              ErrorReported         TeaError: no tea',
    'shop              MetricReported        orders = 42 count (24h)',
    expect.stringMatching(
      /^注文サービスの… {3}shop\.order\.placed {5}note=a \uFFFD\[2J\uFFFD long text .*…$/,
    ),
  ])
  const narrow = await screen(url, 60, 4)
  expect(narrow.map((line) => line.slice(14))).toEqual([
    'shop        Interaction…  GET /users/:id 200 …',
    'shop        ErrorReport…  TeaError: no tea',
    'shop        MetricRepor…  orders = 42 count (…',
    '注文サー…   shop.order.…  note=a \uFFFD[2J\uFFFD long t…',
  ])
  for (const line of narrow) expect(widthOf(line)).toBeLessThanOrEqual(60)
})
