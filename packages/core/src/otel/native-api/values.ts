import { systemClock } from '../../clock.ts'
import type { AttributeValue } from '../../otlp/records.ts'

/** What OpenTelemetry's API takes for a time: seconds and nanoseconds, a date, or milliseconds. */
export type TimeInput = readonly [number, number] | Date | number

/** Milliseconds since the epoch. */
export function timeOf(input: TimeInput | undefined): number {
  if (input instanceof Date) return input.getTime()
  if (Array.isArray(input)) return input[0] * 1000 + input[1] / 1e6
  if (typeof input !== 'number') return systemClock.now()
  // What is earlier than this process is a reading of performance.now().
  return input < performance.timeOrigin ? performance.timeOrigin + input : input
}

export function isTime(value: unknown): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || Array.isArray(value)
}

/** `value` if it can be an attribute: a text, a finite number, a boolean, or an array of one of them. */
export function attributeOf(value: unknown): AttributeValue | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (!Array.isArray(value)) return undefined
  const type = typeof value[0]
  const uniform = value.every((item) => typeof item === type)
  return uniform && (value.length === 0 || attributeOf(value[0]) !== undefined)
    ? (value as unknown as AttributeValue)
    : undefined
}
