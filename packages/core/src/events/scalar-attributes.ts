import type { Attributes } from '../otlp/records.ts'
import type { Redactor } from '../wire/redaction.ts'

/** The texts, numbers and booleans of `details` as attributes, redacted; nested values are left to the event. */
export function scalarAttributes(prefix: string, details: object, redact: Redactor): Attributes {
  const attributes: Attributes = {}
  const plain = redact.value(details)
  if (typeof plain !== 'object' || plain === null) return attributes
  for (const [key, value] of Object.entries(plain)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      attributes[prefix + key] = value
    }
  }
  return attributes
}
