import { describe, expect, it } from 'vitest'
import { hubEventInputSchema } from './event-schema.ts'
import { isUlid, newEventId } from './ids.ts'
import { normaliseTimestamp } from './timestamp.ts'
import { formatTraceParent, parseTraceParent } from './trace-context.ts'
import { fieldErrors } from './validation.ts'

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
    expect(hubEventInputSchema.parse({ ...base, trace_id: 'A'.repeat(32), extra: 1 })).toEqual({
      ...base,
      trace_id: 'a'.repeat(32),
    })
  })

  it('says in plain words what a field wants', () => {
    const wrong = { type: 5, payload: [], version: 1.5, seq: 'x', severity: 'loud', env: '' }
    const { error } = hubEventInputSchema.safeParse(wrong)
    expect(fieldErrors(error!)).toMatchObject({
      source: ['is required'],
      type: ['must be text, not a number'],
      payload: ['must be an object, not an array'],
      seq: ['must be a number, not text'],
      severity: ['must be one of debug, info, warning, error, critical'],
      env: ['must not be empty'],
    })
  })

  it('names every field that is wrong', () => {
    const wrong = { type: '', occurred_at: 'x', payload: [], version: 0, severity: 'fatal', tags: ['', 1] }
    const { error } = hubEventInputSchema.safeParse(wrong)
    expect(Object.keys(fieldErrors(error!)).sort()).toEqual(
      ['occurred_at', 'payload', 'severity', 'source', 'tags.0', 'tags.1', 'type', 'version'].sort(),
    )
  })
})

it('makes ULIDs that only grow', () => {
  const ids = Array.from({ length: 5000 }, newEventId)
  expect(ids.every(isUlid)).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})
