import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startCollector } from '@hubline/collector'
import { expect, onTestFinished, test } from 'vitest'
import { collectorForTest, hubline } from '../testing/command.ts'
import { cuttingProxy } from '../testing/cutting-proxy.ts'

const SIGNALS = ['traces', 'logs', 'metrics', 'events'] as const

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hubline-keeping-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

const nanos = (n: number): string => `176986080012345${String(n).padStart(4, '0')}`
const hex = (n: number, digits: number): string => (n + 1).toString(16).padStart(digits, '0')
const pad = (bytes: number): object[] => [{ key: 'pad', value: { stringValue: 'x'.repeat(bytes) } }]

async function fill(url: string, count: number, bytes = 10): Promise<void> {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  const numbers = Array.from({ length: count }, (_, n) => n)
  const spans = numbers.map((n) => ({
    traceId: hex(n, 32),
    spanId: hex(n, 16),
    name: `span ${n}`,
    startTimeUnixNano: nanos(n),
    endTimeUnixNano: nanos(n + 1),
    attributes: pad(bytes),
  }))
  const logRecords = numbers.map((n) => ({ timeUnixNano: nanos(n), body: { bytesValue: 'AP+A' } }))
  const dataPoints = numbers.map((n) => ({ timeUnixNano: nanos(n), asInt: '9007199254740993' }))
  const events = numbers.map((n) => ({
    id: `order-${n}`,
    type: 'shop.order.placed',
    source: 'shop',
    occurred_at: new Date(1769860800000 + n).toISOString(),
    payload: { n },
  }))
  const bodies: [string, unknown][] = [
    ['/v1/traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }],
    ['/v1/logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }],
    [
      '/v1/metrics',
      {
        resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints } }] }] }],
      },
    ],
    ['/api/v1/hub/events', events],
  ]
  for (const [path, body] of bodies) {
    const headers = { 'content-type': 'application/json' }
    const { status } = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(status).toBe(200)
  }
}

test('everything that one collector exports another takes, and exports the same', async () => {
  const [from, to] = [await collectorForTest(), await collectorForTest()]
  await fill(from.url, 30)
  const all = join(await folder(), 'all.jsonl')
  const texts: string[] = []
  for (const signal of SIGNALS) {
    const { code, out, err } = await hubline(['export', signal, '--url', from.url])
    expect([code, err]).toEqual([0, `Exported ${out.split('\n').length - 1} lines.\n`])
    texts.push(out)
  }
  await writeFile(all, texts.join(''))
  const imported = await hubline(['import', all, '--url', to.url])
  expect(imported).toEqual({ code: 0, out: '', err: 'Imported 33 lines.\n' })
  for (const [index, signal] of SIGNALS.entries()) {
    expect((await hubline(['export', signal, '--url', to.url])).out, signal).toBe(texts[index])
  }
  const again = await hubline(['import', all, '--url', to.url])
  expect(again.err).toBe('Imported 33 lines; 30 events were there already.\n')
  expect((await hubline(['export', 'traces', '--url', to.url])).out).toBe(texts[0])
})

test('an export over a line that is cut goes on where it was, and writes nothing twice', async () => {
  const { url } = await collectorForTest()
  await fill(url, 400, 10_000)
  const whole = (await hubline(['export', 'traces', '--url', url])).out
  expect(whole.length).toBeGreaterThan(4_000_000)
  const proxy = await cuttingProxy(url, [100, 1_000_000, 1_500_000, 700_000])
  const file = join(await folder(), 'traces.jsonl')
  const { code, err } = await hubline(['export', 'traces', '--url', proxy, '--output', file])
  expect([code, err]).toEqual([0, `Exported ${whole.split('\n').length - 1} lines to ${file}.\n`])
  expect(await readFile(file, 'utf8')).toBe(whole)
  const taken = await hubline(['export', 'traces', '--url', url, '--output', file])
  expect([taken.code, taken.err]).toEqual([1, `hubline: ${file} is there already\n`])
})

test('an import tells which lines were refused, and takes the others', async () => {
  const { url } = await collectorForTest()
  const file = join(await folder(), 'mixed.jsonl')
  const event = (id: string, more: object = {}) =>
    JSON.stringify({
      id,
      type: 'x',
      source: 'shop',
      occurred_at: '2026-01-31T12:00:00Z',
      payload: {},
      ...more,
    })
  const badSpan = { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: '00', name: 'x' }] }] }] }
  await writeFile(
    file,
    [event('a'), '{', event('b', { payload: 7 }), '', JSON.stringify(badSpan), event('c')].join('\n'),
  )
  const { code, err } = await hubline(['import', file, '--url', url])
  expect(code).toBe(1)
  expect(err).toMatch(/from line 1 on: .*\n.*from line 1 on: payload.*\n.*from line 5 on: .*trace_id.*\n/)
  expect(err).toContain('3 items or lines were refused.')
  expect((await hubline(['export', 'events', '--url', url])).out.match(/"id":"\w"/g)).toEqual([
    '"id":"a"',
    '"id":"c"',
  ])
  const rest = await hubline(['import', file, '--from-line', '6', '--url', url])
  expect(rest.err).toBe('Imported 1 lines; 1 events were there already.\n')
  expect((await hubline(['import', file, '--from-line', '0', '--url', url])).code).toBe(2)
  const unreadable = [join(file, 'none'), tmpdir()]
  for (const [index, reason] of ['ENOTDIR', 'EISDIR'].entries()) {
    const told = { code: 2, out: '', err: `hubline: cannot read ${unreadable[index]}: ${reason}\n` }
    expect(await hubline(['import', unreadable[index]!, '--url', url])).toEqual(told)
  }
})

test('a backup is a file that unpacks into a data directory', async () => {
  const { url } = await collectorForTest()
  await fill(url, 20)
  const place = await folder()
  const file = join(place, 'backup.tar')
  const { code, err } = await hubline(['backup', '--output', file, '--url', url])
  expect([code, err]).toEqual([0, expect.stringMatching(/^Wrote .*backup\.tar, \d+ bytes\.\n$/)])
  const data = join(place, 'data')
  await mkdir(data)
  await promisify(execFile)('tar', ['-xf', file, '-C', data])
  const restored = await startCollector({ port: 0, data, logLevel: 'error' })
  onTestFinished(() => restored.close())
  expect((await hubline(['export', 'events', '--url', restored.url])).out.split('\n').length).toBe(21)
})

test('a backup that is cut off leaves no file', async () => {
  const { url } = await collectorForTest()
  await fill(url, 200, 10_000)
  const proxy = await cuttingProxy(url, [300_000])
  const place = await folder()
  const { code, err } = await hubline(['backup', '--output', join(place, 'b.tar'), '--url', proxy])
  expect([code, err]).toEqual([1, expect.stringContaining('was cut off')])
  expect(await readdir(place)).toEqual([])
})
