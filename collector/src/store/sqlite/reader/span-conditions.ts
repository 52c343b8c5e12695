import type { SQLInputValue } from 'node:sqlite'
import { SPAN_KINDS, SPAN_STATUSES } from '../../../otlp/read.ts'
import { isOneOf, spanAttributes } from '../../../otlp/span-attributes.ts'
import type { AttributeMatch, SpanFilter } from '../../traces.ts'
import { attributeHash, resourceHash } from '../attribute-hashes.ts'
import { mayHold } from '../bloom-filter.ts'
import { SLOW_SPAN, SLOW_SPAN_MS } from '../schema.ts'
import type { PartFiles } from './part-files.ts'
import { originsOf, resourcesWhere } from './resources.ts'
import { serviceNumber } from './service-names.ts'

// SQLite takes more, but a list of them is read for every row.
const MAX_RESOURCES = 500
// In nanoseconds it is what SQLite's integers hold.
const LATEST_MS = 9.2e12

/** What is shown as text, but kept as a number. */
const NAMED_NUMBER = /^(?:NaN|-?Infinity|-?\d+)$/

/** Columns that `matches` needs. */
export const MATCHED_COLUMNS = 'resource_id, span'

/** A filter as SQL, and what of it SQL cannot tell. */
export interface SpanConditions {
  /** After a WHERE that has at least one condition. */
  sql: string
  values: SQLInputValue[]
  /** Whether few spans may be like that, and no index leads to them. */
  isSparse: boolean
  /** Absent where SQL tells all of it. */
  matches?: (row: { resource_id: number | bigint; span: Uint8Array }) => boolean
  /** Whether spans with these attributes, as the filter of a block has them, may match. */
  mayHold?: (attributes: Uint8Array) => boolean
}

/** @returns undefined where no span can be like that. */
export function spanConditions(files: PartFiles, filter: SpanFilter): SpanConditions | undefined {
  const { operation, kind, status, minMs, maxMs, since, until, attributes = [] } = filter
  let sql = ''
  const values: SQLInputValue[] = []
  const and = (condition: string, ...more: SQLInputValue[]) => {
    sql += ` AND ${condition}`
    values.push(...more)
  }
  if (filter.service !== undefined) {
    const service = serviceNumber(files, filter.service)
    if (service === undefined) return undefined
    and('service_id = ?', service)
  }
  if (since !== undefined) and('start_ns >= ?', nanos(since))
  if (until !== undefined) and('start_ns < ?', nanos(until))
  if (kind !== undefined) and('kind = ?', SPAN_KINDS.indexOf(kind))
  // As SQLite sees neither of these in a parameter, it would not know the index that has such spans alone.
  if (status !== undefined) and(`status_code = ${SPAN_STATUSES.indexOf(status)}`)
  if (minMs !== undefined && minMs >= SLOW_SPAN_MS) and(SLOW_SPAN)
  if (minMs !== undefined) and('end_ns - start_ns >= ?', nanos(minMs))
  if (maxMs !== undefined) and('end_ns - start_ns <= ?', nanos(maxMs))
  // HTTP spans are called by method and route.
  if (operation?.startsWith('/')) and("? IN (name, substr(name, instr(name, ' ') + 1))", operation)
  else if (operation !== undefined) and('name = ?', operation)
  const narrow = operation !== undefined || minMs !== undefined || maxMs !== undefined
  const isSparse = narrow && filter.service === undefined
  if (attributes.length === 0) return { sql, values, isSparse }

  const wanted = attributes.map((match) => ({ match, resources: new Set(withAttribute(files, match)) }))
  for (const { match, resources } of wanted) {
    if (resources.size > MAX_RESOURCES) continue
    const told = telling(match)
    const list = resources.size === 0 ? '' : ` OR resource_id IN (${[...resources].join()})`
    and(`(${told.map(() => 'instr(span, ?) > 0').join(' OR ')}${list})`, ...told)
  }
  // Those that very many resources have would be looked up for long, and be found.
  const hashed = wanted
    .filter(({ resources }) => resources.size <= MAX_RESOURCES)
    .map(({ match: { key, values: any }, resources }) => [
      ...any.map((value) => attributeHash(key, value)),
      ...[...resources].map(resourceHash),
    ])
  const { resource } = originsOf(files)
  return {
    sql,
    values,
    isSparse,
    matches({ resource_id, span }) {
      const own = spanAttributes(span)
      return wanted.every(
        ({ match: { key, values: wantedValues }, resources }) =>
          isOneOf(own[key], wantedValues) ||
          (resources.has(Number(resource_id)) &&
            isOneOf(resource(resource_id).attributes[key], wantedValues)),
      )
    },
    mayHold: (attributes) => hashed.every((hashes) => hashes.some((hash) => mayHold(attributes, hash))),
  }
}

/** Bytes of which a span has some where it has the attribute: a text is there as it is, other values look alike. */
function telling({ key, values }: AttributeMatch): Buffer[] {
  const [value] = values
  const isText = values.length === 1 && typeof value === 'string' && value !== ''
  if (!isText || NAMED_NUMBER.test(value)) return [Buffer.from(key)]
  const bytes = Buffer.from(value, 'base64')
  return bytes.toString('base64') === value ? [Buffer.from(value), bytes] : [Buffer.from(value)]
}

function withAttribute(files: PartFiles, { key, values }: AttributeMatch): number[] {
  return resourcesWhere(files, ({ attributes }) => isOneOf(attributes[key], values))
}

/** Exact, as a number has no room for the nanoseconds of today. No span has a later time than the latest, and none is longer. */
export function nanos(ms: number): bigint {
  const whole = Math.floor(Math.min(ms, LATEST_MS))
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((Math.min(ms, LATEST_MS) - whole) * 1e6))
}
