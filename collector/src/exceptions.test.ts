import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { collectorForTest, dataDirectory, type Json, type TestCollector } from './testing/collector.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const TIME = '1769860800000000001'

const attributes = (pairs: Record<string, string>) =>
  Object.entries(pairs).map(([key, stringValue]) => ({ key, value: { stringValue } }))

const boom = (overrides: Record<string, string> = {}) => ({
  'exception.type': 'TypeError',
  'exception.message': 'boom',
  'exception.stacktrace': 'TypeError: boom\n    at x',
  ...overrides,
})

const resource = { attributes: attributes({ 'service.name': 'shop' }) }

/** Sends a span with one event for each exception. */
function sendSpan(hub: TestCollector, exceptions: Record<string, string>[], spanId = SPAN): Promise<Json> {
  const events = exceptions.map((pairs) => ({
    name: 'exception',
    timeUnixNano: TIME,
    attributes: attributes(pairs),
  }))
  const span = {
    traceId: TRACE,
    spanId,
    name: 'work',
    startTimeUnixNano: TIME,
    endTimeUnixNano: TIME,
    events,
  }
  return hub.post('/v1/traces', { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] })
}

/** Sends a log record for each exception. */
function sendLogs(
  hub: TestCollector,
  exceptions: Record<string, string>[],
  ids: object = { traceId: TRACE, spanId: SPAN },
): Promise<Json> {
  const logRecords = exceptions.map((pairs) => ({
    ...ids,
    timeUnixNano: '1769860800000500000',
    severityNumber: 17,
    eventName: 'exception',
    attributes: attributes(pairs),
  }))
  return hub.post('/v1/logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })
}

const counted = async (hub: TestCollector): Promise<number> =>
  (await hub.get('/api/v1/services/shop')).body.counts.exceptions
const told = async (hub: TestCollector): Promise<Json[]> =>
  (await hub.get(`/api/v1/traces/${TRACE}`)).body.exceptions

test.each(['span first', 'log first'])('in a span event and a log record it is one: %s', async (order) => {
  const hub = await collectorForTest()
  const sends = [() => sendSpan(hub, [boom()]), () => sendLogs(hub, [boom()])]
  for (const send of order === 'span first' ? sends : sends.toReversed()) {
    await send()
    expect(await counted(hub)).toBe(1)
  }
  expect(await told(hub)).toEqual([
    {
      service: 'shop',
      spanId: SPAN,
      type: 'TypeError',
      message: 'boom',
      stacktrace: 'TypeError: boom\n    at x',
      timeUnixNano: TIME,
      seenIn: ['span_event', 'log'],
    },
  ])
})

test('what comes again is the same, others are others', async () => {
  const hub = await collectorForTest()
  for (let round = 0; round < 3; round++) {
    await sendSpan(hub, [boom(), boom({ 'exception.message': 'bang' })])
    await sendLogs(hub, [boom(), boom({ 'exception.type': 'RangeError' })])
    await sendSpan(hub, [boom()], 'b7ad6b7169203332')
  }
  expect(await counted(hub)).toBe(4)
  const list = await told(hub)
  expect(list.map(({ spanId, type, message, seenIn }) => [spanId.at(-1), type, message, seenIn])).toEqual([
    ['1', 'TypeError', 'boom', ['span_event', 'log']],
    ['1', 'TypeError', 'bang', ['span_event']],
    ['2', 'TypeError', 'boom', ['span_event']],
    ['1', 'RangeError', 'boom', ['log']],
  ])
})

test('a message that one of the two cut is shown in full, and counted once', async () => {
  const hub = await collectorForTest()
  const message = 'x'.repeat(300)
  await sendSpan(hub, [boom({ 'exception.message': message.slice(0, 128), 'exception.stacktrace': 'at' })])
  await sendLogs(hub, [boom({ 'exception.message': message })])
  expect(await counted(hub)).toBe(1)
  expect(await told(hub)).toMatchObject([{ message, stacktrace: boom()['exception.stacktrace'] }])
})

test('outside any span each log record counts', async () => {
  const hub = await collectorForTest()
  await sendLogs(hub, [boom(), boom()], {})
  await sendLogs(hub, [boom(), boom()], { traceId: TRACE })
  await sendLogs(hub, [{ 'http.route': '/' }])
  expect(await counted(hub)).toBe(4)
  expect(await told(hub)).toMatchObject([{ spanId: null }, { spanId: null }])
})

test('what was counted is known after a restart, and after a crash between the commits of rows and catalog', async () => {
  const data = await dataDirectory()
  const first = await collectorForTest({ data })
  await sendSpan(first, [boom()])
  await sendLogs(first, [boom({ 'exception.type': 'RangeError' })])
  await first.collector.close()
  const catalog = new DatabaseSync(join(data, 'catalog.db'))
  catalog.exec(`DELETE FROM exceptions; UPDATE watermarks SET seq = 0 WHERE signal IN ('spans', 'logs');
    UPDATE services SET spans = 0, logs = 0, exceptions = 0; UPDATE parts SET rows = 0 WHERE signal IN ('spans', 'logs')`)
  catalog.close()
  const second = await collectorForTest({ data })
  expect(await counted(second)).toBe(2)
  await sendLogs(second, [boom()])
  await sendSpan(second, [boom({ 'exception.type': 'RangeError' })])
  expect(await counted(second)).toBe(2)
})
