import type { z } from 'zod'
import { SPAN_KINDS, SPAN_STATUSES, type SpanKindWord, type StatusWord } from '../otlp/read.ts'
import type { Access } from '../server/access.ts'
import { HttpError } from '../server/errors.ts'
import type { AttributeMatch, SpanFilter } from '../store/traces.ts'
import { keyValue } from './key-value.ts'
import { ownSource } from './own-source.ts'
import { duration, oneOf, parsed, repeated, text, time, type Optional } from './parameters.ts'

const MAX_ATTRIBUTES = 10

/** Parameters that say what one span of a trace must be like. */
export const spanFilterParameters: Readonly<{
  service: Optional<string>
  operation: Optional<string>
  kind: Optional<SpanKindWord>
  status: Optional<StatusWord>
  min_duration: Optional<number>
  max_duration: Optional<number>
  attr: z.ZodOptional<z.ZodType<AttributeMatch[], string[]>>
  since: Optional<number>
  until: Optional<number>
}> = {
  service: text(200, 'Of this service.'),
  operation: text(500, 'Name of the span, such as `GET /users/:id`, or the route alone.'),
  kind: oneOf(SPAN_KINDS as readonly [SpanKindWord, ...SpanKindWord[]]),
  status: oneOf(SPAN_STATUSES as readonly [StatusWord, ...StatusWord[]]),
  min_duration: duration('Of the span, such as 250ms; a number alone is milliseconds.'),
  max_duration: duration('Of the span.'),
  attr: repeated(
    parsed(
      'key:value, such as http.route:/users, with the value in quotes where it is a text',
      readAttribute,
    ),
    MAX_ATTRIBUTES,
    `Only with this attribute, of the span or its resource, as \`key:value\`; may be given ${MAX_ATTRIBUTES} times, all must match. \`200\` is the number or the text, \`"200"\` the text alone. A key with a colon goes in quotes: \`"k8s.pod:name":web-1\`.`,
  ),
  since: time('RFC 3339: only spans that start at or after it.'),
  until: time('RFC 3339: only spans that start before it.'),
}

type Given = z.output<z.ZodObject<typeof spanFilterParameters>>

/** What the parameters ask for; of a token that is bound to one source, its service alone. */
export function spanFilter(given: Given, access: Access): SpanFilter {
  const { operation, kind, status, min_duration, max_duration, attr, since, until } = given
  if (min_duration !== undefined && max_duration !== undefined && min_duration > max_duration) {
    throw new HttpError(
      'invalid_parameter',
      `min_duration is ${min_duration} ms; it must be at most max_duration, which is ${max_duration} ms`,
    )
  }
  return {
    service: ownSource(access, given.service),
    operation,
    kind,
    status,
    minMs: min_duration,
    maxMs: max_duration,
    attributes: attr,
    since,
    until,
  }
}

function readAttribute(given: string): AttributeMatch | undefined {
  const { key, value } = keyValue(given, [':']) ?? {}
  if (key === undefined || value === undefined || key.length > 200 || value.length > 1000) return undefined
  const quoted = /^"(.*)"$/s.exec(value)
  if (quoted) return { key, values: [quoted[1]!] }
  if (value === 'true' || value === 'false') return { key, values: [value === 'true', value] }
  const number = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? Number(value) : Number.NaN
  return { key, values: Number.isFinite(number) ? [number, value] : [value] }
}
