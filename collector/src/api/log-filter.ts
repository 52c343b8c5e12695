import type { z } from 'zod'
import type { Access } from '../server/access.ts'
import {
  SEVERITIES,
  severityRange,
  type AttributeText,
  type LogFilter,
  type SeverityWord,
} from '../store/logs.ts'
import { parseTextQuery, type TextQuery } from '../store/text-query.ts'
import { keyValue } from './key-value.ts'
import { ownSource } from './own-source.ts'
import { hex, parsed, repeated, someOf, text, time, type Optional } from './parameters.ts'

const HIGHEST = 24

/** What records of logs are asked for, in lists as in counts. */
export const logFilterParameters: Readonly<{
  q: Optional<TextQuery>
  service: Optional<string>
  severity: Optional<SeverityWord[]>
  min_severity: Optional<number>
  event_name: Optional<string>
  attr: z.ZodOptional<z.ZodType<AttributeText[], string[]>>
  trace_id: Optional<string>
  span_id: Optional<string>
  instance: Optional<string>
  env: Optional<string>
  since: Optional<number>
  until: Optional<number>
}> = {
  q: parsed(
    'at most 20 words, "phrases", beginnings* and -words, with a letter or digit in one of them',
    (given) => (given.length > 500 ? undefined : parseTextQuery(given)),
  )
    .optional()
    .describe(
      'Words that must all be in the body, event name or attributes: `timeout "connection refused" pay* -retry`. Case and accents do not count.',
    ),
  service: text(200, 'Only of this service.'),
  severity: someOf(SEVERITIES, 'Only of these severities.'),
  min_severity: parsed(`${SEVERITIES.join(', ')} or a number from 1 to ${HIGHEST}`, readSeverity)
    .optional()
    .describe('Only from this severity on: a word, or a number from 1 (trace) to 24 (fatal 4).'),
  event_name: text(200, 'Only events of this name.'),
  attr: repeated(
    parsed('key:value, such as http.route:/orders', readPair),
    10,
    'Only with this attribute, as `key:value`; may be given several times. Of a list one element is enough. `200` is the number or the text, `"200"` the text alone. A key with a colon goes in quotes: `"k8s.pod:name":web-1`. Keys that start with `resource.` are of the resource.',
  ),
  trace_id: hex(32, 'Only of this trace.'),
  span_id: hex(16, 'Only of this span.'),
  instance: text(200, 'Only of this instance: `service.instance.id` of the resource.'),
  env: text(200, 'Only of this environment: `deployment.environment.name` of the resource.'),
  since: time('Only records of this time or later; RFC 3339.'),
  until: time('Only records before this time; RFC 3339.'),
}

type Given = z.output<z.ZodObject<typeof logFilterParameters>>

/** @throws {HttpError} 403 for a service that the token may not read. */
export function logFilter(given: Given, access: Access): LogFilter {
  return {
    text: given.q,
    service: ownSource(access, given.service),
    severities: severities(given.severity, given.min_severity),
    eventName: given.event_name,
    attributes: given.attr,
    traceId: given.trace_id,
    spanId: given.span_id,
    instance: given.instance,
    env: given.env,
    since: given.since,
    until: given.until,
  }
}

function severities(
  words: readonly SeverityWord[] | undefined,
  least: number | undefined,
): [from: number, to: number][] | undefined {
  if (words === undefined) return least === undefined ? undefined : [[least, HIGHEST]]
  return words
    .map(severityRange)
    .map(([from, to]): [number, number] => [Math.max(from, least ?? from), to])
    .filter(([from, to]) => from <= to)
}

function readSeverity(given: string): number | undefined {
  const word = given.toLowerCase() as SeverityWord
  if (SEVERITIES.includes(word)) return severityRange(word)[0]
  const number = /^\d{1,2}$/.test(given) ? Number(given) : 0
  return number >= 1 && number <= HIGHEST ? number : undefined
}

function readPair(given: string): AttributeText | undefined {
  const pair = given.length > 1000 ? undefined : keyValue(given, [':'])
  if (pair === undefined) return undefined
  const { key, value } = pair
  const quoted = /^"(.*)"$/s.exec(value)
  return quoted ? { key, value: quoted[1]!, isText: true } : { key, value }
}
