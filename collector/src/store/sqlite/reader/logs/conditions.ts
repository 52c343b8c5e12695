import type { SQLInputValue } from 'node:sqlite'
import { logText } from '../../../../otlp/log-text.ts'
import type { PlainAttributes } from '../../../../otlp/plain.ts'
import { readLogRecord } from '../../../../otlp/read.ts'
import type { AttributeText, LogFilter } from '../../../logs.ts'
import { matchesText, type TextQuery, type TextTerm } from '../../../text-query.ts'
import { wordsOf } from '../../../text-words.ts'
import type { PartFiles, ReadPart } from '../part-files.ts'
import { envOf, instanceOf, resourcesWhere } from '../resources.ts'
import { serviceNumber } from '../service-names.ts'
import { attributeBytes } from './attribute-bytes.ts'

/** What is looked at of a row. */
export interface CheckedRow {
  seq: number | bigint
  body: string
  event_name: string
  record: Uint8Array
}

/** What SQLite checks of a row, and what only its bytes tell. */
export interface LogConditions {
  /** `AND …` with its values. */
  sql: string
  values: SQLInputValue[]
  /** Of a row that SQLite has let through; absent where nothing is left to be checked. */
  check?: (row: CheckedRow) => boolean
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
    const bytes = attributeBytes(value)
    if (bytes === undefined) continue
    common.sql += ` AND (${bytes.map(() => 'instr(record, ?) > 0').join(' OR ')})`
    common.values.push(...bytes)
  }
  const checkAttributes: LogConditions['check'] =
    ofRecord.length === 0
      ? undefined
      : ({ record }) => {
          const { attributes } = readLogRecord(record)
          return ofRecord.every((wanted) => hasAttribute(attributes, wanted))
        }
  const { text } = filter
  if (text === undefined) return () => conditions(common, checkAttributes)
  return (part) => {
    const until = indexedUntil(files, part)
    if (until >= part.maxSeq) return conditions(withIndex(common, text), checkAttributes)
    const checkText: LogConditions['check'] = ({ seq, body, event_name, record }) =>
      seq <= until || matchesText(text, wordsOf(logText(body, event_name, record)))
    const partly = until > 0n ? withIndex(common, text, until) : common
    if (checkAttributes === undefined) return conditions(partly, checkText)
    return conditions(partly, (row) => checkAttributes(row) && checkText(row))
  }
}

/** Whether there is such an attribute: its value, or one element of it, has this text. */
function hasAttribute(attributes: PlainAttributes, { key, value, isText = false }: AttributeText): boolean {
  if (!(key in attributes)) return false
  const own = attributes[key]
  const isIt = (one: unknown) => asText(one) === value && (!isText || typeof one === 'string')
  return isIt(own) || (Array.isArray(own) && own.some(isIt))
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
    .map(({ key, ...rest }) => ({ key: key.slice(RESOURCE.length), ...rest }))
  if (instance === undefined && env === undefined && wanted.length === 0) return undefined
  return resourcesWhere(
    files,
    (resource) =>
      (instance === undefined || instanceOf(resource) === instance) &&
      (env === undefined || envOf(resource) === env) &&
      wanted.every((one) => hasAttribute(resource.attributes, one)),
  )
}

/** Up to which record the words of a part are indexed; 0 where none are. */
function indexedUntil(files: PartFiles, part: ReadPart): bigint {
  const known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'logs_text_until'"
  if (files.prepare(part, known).get() === undefined) return 0n
  const { seq } = files.prepare(part, 'SELECT max(seq) AS seq FROM logs_text_until', true).get()!
  return (seq ?? 0n) as bigint
}

/** @param until records after this one are let through, as they are not indexed yet. */
function withIndex({ sql, values }: Common, { include, exclude }: TextQuery, until?: bigint): Common {
  const found = '(SELECT rowid FROM logs_text WHERE logs_text MATCH ?)'
  const conditions: string[] = []
  const more = [...values]
  if (until !== undefined) more.push(until)
  if (include.length > 0) {
    conditions.push(`seq IN ${found}`)
    more.push(include.map(toMatch).join(' AND '))
  }
  if (exclude.length > 0) {
    conditions.push(`seq NOT IN ${found}`)
    more.push(exclude.map(toMatch).join(' OR '))
  }
  const all = conditions.join(' AND ')
  return { sql: `${sql} AND ${until === undefined ? all : `(seq > ? OR (${all}))`}`, values: more }
}

/** Words are letters and digits alone, so that between quotes nothing of them is syntax. */
export function toMatch({ words, prefix }: TextTerm): string {
  return `"${words.join(' ')}"${prefix ? '*' : ''}`
}
