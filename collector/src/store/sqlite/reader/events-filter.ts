import type { SQLInputValue } from 'node:sqlite'
import type { Severity } from '@hubline/core/wire'
import { asInJson, fromSeverity, type EventFilter } from '../../events.ts'
import { SEVERITY } from '../event-severity.ts'

/** A filter in SQL: what follows `WHERE …`, each part beginning with ` AND `. */
export interface EventConditions {
  /** Those that a sealed part has an index for. */
  indexed: Condition
  all: Condition
  /** Whether rows must be looked at that the indexes do not tell apart. */
  scans: boolean
}

export interface Condition {
  sql: string
  values: SQLInputValue[]
}

export function conditionsOf(filter: EventFilter): EventConditions {
  const exactType = filter.types?.length === 1 && !filter.types[0]!.endsWith('*')
  const indexed = join([
    equal('source', filter.source),
    exactType ? equal('type', filter.types![0]) : undefined,
    equal('correlation_id', filter.correlationId),
    equal('trace_id', filter.traceId),
  ])
  const scanned = join([
    exactType ? undefined : ofTypes(filter.types),
    ofSeverities(filter.severities),
    ofSeverities(filter.minSeverity && fromSeverity(filter.minSeverity)),
    equal('priority', filter.priority),
    equal('env', filter.env),
    equal('instance', filter.instance),
    filter.occurredFrom === undefined ? undefined : one('occurred_ms >= ?', filter.occurredFrom),
    filter.occurredUntil === undefined ? undefined : one('occurred_ms < ?', filter.occurredUntil),
    withTags(filter.tags),
    filter.text === undefined ? undefined : one('contains(body, ?)', asInJson(filter.text)),
  ])
  return { indexed, all: join([indexed, scanned]), scans: scanned.sql !== '' }
}

function one(condition: string, ...values: SQLInputValue[]): Condition {
  return { sql: ` AND ${condition}`, values }
}

function equal(column: string, value: string | undefined): Condition | undefined {
  return value === undefined ? undefined : one(`${column} = ?`, value)
}

function ofTypes(types: EventFilter['types']): Condition | undefined {
  if (types === undefined) return undefined
  const conditions = types.map((type) => (type.endsWith('*') ? 'substr(type, 1, ?) = ?' : 'type = ?'))
  const values = types.flatMap((type) => {
    const start = type.slice(0, -1)
    // SQLite counts characters, JavaScript UTF-16 units.
    return type.endsWith('*') ? [[...start].length, start] : [type]
  })
  return one(`(${conditions.join(' OR ')})`, ...values)
}

function ofSeverities(severities: readonly Severity[] | undefined): Condition | undefined {
  if (severities === undefined) return undefined
  return one(`${SEVERITY} IN (${severities.map(() => '?').join()})`, ...severities)
}

function withTags(tags: EventFilter['tags']): Condition | undefined {
  if (tags === undefined || tags.length === 0) return undefined
  const unique = [...new Set(tags)]
  const places = unique.map(() => '?').join()
  // To read a body as JSON takes long: it is done where the texts are in it at all.
  const there = unique.map(() => 'instr(body, ?) > 0').join(' AND ')
  return one(
    `${there} AND (SELECT count(DISTINCT value) FROM json_each(body, '$.tags') WHERE value IN (${places})) = ?`,
    ...unique.map((tag) => JSON.stringify(tag)),
    ...unique,
    unique.length,
  )
}

function join(conditions: (Condition | undefined)[]): Condition {
  const given = conditions.filter((condition) => condition !== undefined)
  return { sql: given.map(({ sql }) => sql).join(''), values: given.flatMap(({ values }) => values) }
}
