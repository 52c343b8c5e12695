import type { AnyValue, KeyValue } from './gen/opentelemetry/proto/common/v1/common_pb.ts'

/**
 * An attribute value as JSON has it. Integers beyond 2^53 and the numbers JSON lacks (`NaN`, `Infinity`, `-Infinity`)
 * are strings, bytes are base64, an empty value is null.
 */
export type PlainValue = string | number | boolean | null | PlainValue[] | PlainAttributes

/** Attributes by key; a key that comes twice has its last value. Has no prototype, so any key is safe. */
export interface PlainAttributes {
  [key: string]: PlainValue
}

/** Attributes as a flat record. */
export function plainAttributes(pairs: readonly KeyValue[]): PlainAttributes {
  const attributes = Object.create(null) as PlainAttributes
  for (const { key, value } of pairs) attributes[key] = plainValue(value)
  return attributes
}

/** One attribute value or log body. */
export function plainValue(any: AnyValue | undefined): PlainValue {
  const value = any?.value
  switch (value?.case) {
    case 'stringValue':
    case 'boolValue':
      return value.value
    case 'intValue':
      return plainInteger(value.value)
    case 'doubleValue':
      return plainDouble(value.value)
    case 'bytesValue':
      return Buffer.from(value.value).toString('base64')
    case 'arrayValue':
      return value.value.values.map(plainValue)
    case 'kvlistValue':
      return plainAttributes(value.value.values)
    default:
      return null
  }
}

/** A number where it is exact, else its decimal digits. */
export function plainInteger(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

/** A number where JSON has it, else its name. */
export function plainDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}
