import { describe, expect, it } from 'vitest'
import { isUlid, newEventId } from './ids.ts'
import { normaliseTimestamp } from './timestamp.ts'
import { formatTraceParent, parseTraceParent } from './trace-context.ts'
import { readEvent } from './read-event.ts'
import { payloadErrors } from './read-payload.ts'

describe('normaliseTimestamp', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
    ['2026-01-31T12:00:00.123456+00:00', '2026-01-31T12:00:00.123456Z'],
    ['2026-01-31T12:00:00.5', '2026-01-31T12:00:00.5Z'],
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00Z'],
    ['2026-02-31T12:00:00Z', undefined],
    ['2026-01-31', undefined],
    ['yesterday', undefined],
    ['2026-01-31T25:00:00Z', undefined],
  ])('reads %s as %s', (text, utc) => {
    expect(normaliseTimestamp(text)).toBe(utc)
  })
})

describe('traceparent', () => {
  const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

  it('reads and writes version 00', () => {
    const parsed = parseTraceParent(good)!
    expect(parsed).toEqual({ traceId: good.slice(3, 35), spanId: good.slice(36, 52), sampled: true })
    expect(formatTraceParent(parsed)).toBe(good)
  })

  it.each([
    good.toUpperCase(),
    `${good}-extra`,
    good.replace('00-', 'ff-'),
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
    '',
    undefined,
  ])('takes %s for none', (header) => {
    expect(parseTraceParent(header)).toBeUndefined()
  })

  it('reads a later version that appends a field', () => {
    expect(parseTraceParent(`${good.replace('00-', '01-')}-more`)?.sampled).toBe(true)
  })
})

describe('hub event', () => {
  const base = { type: 'shop.order.placed', source: 'shop', occurred_at: '2026-01-31T12:00:00Z', payload: {} }

  it('accepts the least, drops unknown keys, lowers ids', () => {
    expect(readEvent({ ...base, trace_id: 'A'.repeat(32), extra: 1 })).toEqual({
      event: { ...base, trace_id: 'a'.repeat(32) },
    })
  })

  it('takes no key that would change what an object is', () => {
    const said: unknown = JSON.parse(
      JSON.stringify({ ...base, payload: { n: 1 } }).replace('"n"', '"__proto__":{},"n"'),
    )
    const read = readEvent(said)
    expect(JSON.stringify(read)).toBe(JSON.stringify({ event: { ...base, payload: { n: 1 } } }))
  })

  it('says in plain words what a field wants', () => {
    const tooMuch = { id: 'x'.repeat(65), instance: 'x'.repeat(101), tags: Array(65).fill('x') }
    const wrong = { type: 5, payload: [], version: 1.5, seq: 'x', severity: 'loud', env: '', span_id: 'x' }
    expect(readEvent({ ...wrong, ...tooMuch, occurred_at: '2026-02-31T12:00:00Z' })).toEqual({
      errors: {
        source: ['is required'],
        type: ['must be text, not a number'],
        occurred_at: ['must be an RFC 3339 time such as 2026-01-31T12:00:00Z'],
        payload: ['must be an object, not an array'],
        version: ['must be a whole number from 1 to 255'],
        seq: ['must be a number, not text'],
        severity: ['must be one of debug, info, warning, error, critical'],
        env: ['must not be empty'],
        span_id: ['must be 16 hex digits'],
        id: ['must be at most 64 characters long'],
        instance: ['must be at most 100 characters long'],
        tags: ['must have at most 64 entries'],
      },
    })
    expect(readEvent([base])).toEqual({ errors: { body: ['must be an object, not an array'] } })
  })

  it('names every field that is wrong', () => {
    const wrong = { type: '', occurred_at: 'x', payload: [], version: 0, severity: 'fatal', tags: ['', 1] }
    expect(Object.keys((readEvent(wrong) as { errors: object }).errors).sort()).toEqual(
      ['occurred_at', 'payload', 'severity', 'source', 'tags.0', 'tags.1', 'type', 'version'].sort(),
    )
  })

  it('wants of a native payload what gives it a meaning, and leaves the others free', () => {
    expect(payloadErrors('MetricReported', { metric: 'orders', value: 'abc', unit: 1 })).toEqual({
      value: ['must be a number, not text'],
      unit: ['must be text, not a number'],
    })
    expect(payloadErrors('MetricReported', { metric: 'orders', value: JSON.parse('1e999') })).toHaveProperty(
      'value',
    )
    expect(payloadErrors('AppRegistered', { heartbeat_interval_s: 0 })).toEqual({
      heartbeat_interval_s: ['must be greater than 0'],
    })
    expect(payloadErrors('LifecycleChanged', { exit_code: 1.5 })).toMatchObject({ state: ['is required'] })
    expect(payloadErrors('ErrorReported', { message: '', more: 1 })).toBeUndefined()
    for (const type of ['DeploySignal', 'shop.order.placed', 'toString']) {
      expect(payloadErrors(type, { value: null })).toBeUndefined()
    }
  })
})

it('makes ULIDs that only grow', () => {
  const ids = Array.from({ length: 5000 }, newEventId)
  expect(ids.every(isUlid)).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})
