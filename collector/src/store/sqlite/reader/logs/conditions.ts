import type { SQLInputValue } from 'node:sqlite'
import { logText } from '../../../../otlp/log-text.ts'
import { readLogRecord } from '../../../../otlp/read.ts'
import type { LogFilter } from '../../../logs.ts'
import { matchesText, type TextQuery, type TextTerm } from '../../../text-query.ts'
import { wordsOf } from '../../../text-words.ts'
import { INDEXED_LOGS } from '../../writer/log-indexer.ts'
import type { PartFiles, ReadPart } from '../part-files.ts'
import { envOf, instanceOf, resourcesWhere } from '../resources.ts'
import { serviceNumber } from '../service-names.ts'

/** What SQLite checks of a row, and what only its bytes tell. */
export interface LogConditions {
  /** `AND …` with its values. */
  sql: string
  values: SQLInputValue[]
  /** Of a row that SQLite has let through; absent where nothing is left to be checked. */
  check?: (row: { body: string; event_name: string; record: Uint8Array }) => boolean
}

/** What can be asked from inside the store. */
export interface StoredLogFilter extends LogFilter {
  /** Numbers of resources, one of which it must have; what is asked of resources otherwise is passed over. */
  resources?: readonly number[]
}

const RESOURCE = 'resource.'

/**
 * The conditions of a filter, part by part, as not every part has its words indexed.
 *
 * @returns undefined where no record can be as asked for.
 */
export function logConditions(
  files: PartFiles,
  filter: StoredLogFilter,
): ((part: ReadPart) => LogConditions) | undefined {
  const common = columns(files, filter)
  if (common === undefined) return undefined
  const ofRecord = (filter.attributes ?? []).filter(({ key }) => !key.startsWith(RESOURCE))
  for (const { key, value } of ofRecord) {
    // Bytes that must be in there somewhere; quick to look for, and most records lack them.
    common.sql += ' AND instr(record, ?) > 0'
    common.values.push(Buffer.from(key))
    if (isOnlyText(value)) {
      common.sql += ' AND instr(record, ?) > 0'
      common.values.push(Buffer.from(value))
    }
  }
  const checkAttributes: LogConditions['check'] =
    ofRecord.length === 0
      ? undefined
      : ({ record }) => {
          const { attributes } = readLogRecord(record)
          return ofRecord.every(({ key, value }) => key in attributes && asText(attributes[key]) === value)
        }
  const { text } = filter
  if (text === undefined) return () => conditions(common, checkAttributes)
  const indexed = Number(
    files.catalog.prepare('SELECT seq FROM watermarks WHERE signal = ?').get(INDEXED_LOGS)?.['seq'] ?? 0,
  )
  const checkText: LogConditions['check'] = ({ body, event_name, record }) =>
    matchesText(text, wordsOf(logText(body, event_name, record)))
  return (part) => {
    if (part.id <= indexed) return conditions(withIndex(common, text), checkAttributes)
    if (checkAttributes === undefined) return conditions(common, checkText)
    return conditions(common, (row) => checkAttributes(row) && checkText(row))
  }
}

/** An attribute's value as it is compared and counted. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

type Common = Pick<LogConditions, 'sql' | 'values'>

function conditions({ sql, values }: Common, check: LogConditions['check']): LogConditions {
  return { sql, values, ...(check && { check }) }
}

function columns(files: PartFiles, filter: StoredLogFilter): Common | undefined {
  const { service, severities, eventName, traceId, spanId } = filter
  const common: Common = { sql: '', values: [] }
  const add = (sql: string, ...values: SQLInputValue[]) => {
    common.sql += ` AND ${sql}`
    common.values.push(...values)
  }
  if (service !== undefined) {
    const id = serviceNumber(files, service)
    if (id === undefined) return undefined
    add('service_id = ?', id)
  }
  if (severities !== undefined) {
    if (severities.length === 0) return undefined
    add(`(${severities.map(() => 'severity BETWEEN ? AND ?').join(' OR ')})`, ...severities.flat())
  }
  if (eventName !== undefined) add('event_name = ?', eventName)
  if (traceId !== undefined) add('trace_id = ?', Buffer.from(traceId, 'hex'))
  if (spanId !== undefined) add('span_id = ?', Buffer.from(spanId, 'hex'))
  const resources = resourceIds(files, filter)
  if (resources !== undefined) {
    if (resources.length === 0) return undefined
    add('resource_id IN (SELECT value FROM json_each(?))', JSON.stringify(resources))
  }
  return common
}

/** Numbers of the resources that are as asked for; undefined where any will do. */
function resourceIds(
  files: PartFiles,
  { resources, instance, env, attributes = [] }: StoredLogFilter,
): number[] | undefined {
  if (resources !== undefined) return [...resources]
  const wanted = attributes
    .filter(({ key }) => key.startsWith(RESOURCE))
    .map(({ key, value }) => ({ key: key.slice(RESOURCE.length), value }))
  if (instance === undefined && env === undefined && wanted.length === 0) return undefined
  return resourcesWhere(
    files,
    (resource) =>
      (instance === undefined || instanceOf(resource) === instance) &&
      (env === undefined || envOf(resource) === env) &&
      wanted.every(
        ({ key, value }) => key in resource.attributes && asText(resource.attributes[key]) === value,
      ),
  )
}

/** Whether a value with this text can only be a string: numbers, booleans, lists and maps lie differently in the bytes. */
function isOnlyText(value: string): boolean {
  return value !== '' && !/^[-\d[{]|^(true|false|null|NaN|Infinity)$/.test(value)
}

function withIndex({ sql, values }: Common, { include, exclude }: TextQuery): Common {
  const found = '(SELECT rowid FROM logs_text WHERE logs_text MATCH ?)'
  const more = [...values]
  let text = sql
  if (include.length > 0) {
    text += ` AND seq IN ${found}`
    more.push(include.map(toMatch).join(' AND '))
  }
  if (exclude.length > 0) {
    text += ` AND seq NOT IN ${found}`
    more.push(exclude.map(toMatch).join(' OR '))
  }
  return { sql: text, values: more }
}

/** Words are letters and digits alone, so that between quotes nothing of them is syntax. */
export function toMatch({ words, prefix }: TextTerm): string {
  return `"${words.join(' ')}"${prefix ? '*' : ''}`
}
