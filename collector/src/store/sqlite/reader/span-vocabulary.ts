import { SPAN_KINDS } from '../../../otlp/read.ts'
import { spanAttributes } from '../../../otlp/span-attributes.ts'
import type { PlainAttributes, PlainValue } from '../../../otlp/plain.ts'
import type { AttributeSummary, OperationSummary, RecentSpansQuery } from '../../traces.ts'
import type { PartFiles } from './part-files.ts'
import { originsOf } from './resources.ts'
import { serviceNumber } from './service-names.ts'
import { spanConditions } from './span-conditions.ts'
import { WorkBudget } from './work-budget.ts'

const MAX_COUNTED = 100_000
const MAX_SAMPLED = 2000
const MAX_NAMES = 10_000
const MAX_EXAMPLES = 10
const MAX_EXAMPLE = 100

/** What a service's newest spans are called. */
export function listOperations(
  files: PartFiles,
  { service, since, limit, scanMs }: RecentSpansQuery & { service: string },
): OperationSummary[] | undefined {
  const id = serviceNumber(files, service)
  if (id === undefined) return undefined
  const budget = new WorkBudget({ rows: MAX_COUNTED, ms: scanMs })
  const known = new Map<string, OperationSummary>()
  const { sql, values } = spanConditions(files, { since })!
  for (const part of files.parts('spans').toReversed()) {
    if (budget.isSpent || known.size >= MAX_NAMES) break
    if (part.maxTimeMs < (since ?? 0)) continue
    const rows = files
      .prepare(
        part,
        `SELECT name, kind, count(*) AS spans, sum(status_code = 2) AS errors FROM spans
          WHERE service_id = ?${sql} GROUP BY name, kind`,
      )
      .iterate(id, ...values)
    for (const row of rows) {
      const name = row['name'] as string
      const kind = SPAN_KINDS[row['kind'] as number] ?? 'unspecified'
      const key = `${kind} ${name}`
      let operation = known.get(key)
      if (!operation) known.set(key, (operation = { name, kind, spans: 0, errors: 0 }))
      operation.spans += row['spans'] as number
      operation.errors += row['errors'] as number
      budget.spend(row['spans'] as number)
    }
  }
  return [...known.values()].toSorted((a, b) => b.spans - a.spans).slice(0, limit)
}

/** Which attributes the newest spans and their resources have, and what they are like. */
export function sampleAttributes(
  files: PartFiles,
  { service, since, limit, scanMs }: RecentSpansQuery,
): AttributeSummary[] {
  const conditions = spanConditions(files, { service, since })
  if (!conditions) return []
  const budget = new WorkBudget({ rows: MAX_SAMPLED, ms: scanMs })
  const seen = new Map<string, AttributeSummary>()
  const { resource } = originsOf(files)
  const note = (of: AttributeSummary['of'], attributes: PlainAttributes) => {
    for (const [key, value] of Object.entries(attributes)) noteAttribute(seen, of, key, value)
  }
  for (const part of files.parts('spans').toReversed()) {
    if (budget.isSpent) break
    if (part.maxTimeMs < (since ?? 0)) continue
    const rows = files
      .prepare(part, `SELECT resource_id, span FROM spans WHERE seq > 0${conditions.sql} ORDER BY seq DESC`)
      .iterate(...conditions.values)
    for (const row of rows) {
      if (budget.isSpent) break
      budget.spend(1)
      note('span', spanAttributes(row['span'] as Uint8Array))
      note('resource', resource(row['resource_id'] as number).attributes)
    }
  }
  return [...seen.values()]
    .toSorted((a, b) => b.spans - a.spans)
    .slice(0, limit)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

function noteAttribute(
  seen: Map<string, AttributeSummary>,
  of: AttributeSummary['of'],
  key: string,
  value: PlainValue,
): void {
  const id = `${of} ${key}`
  let known = seen.get(id)
  if (!known) {
    if (seen.size >= MAX_NAMES) return
    seen.set(id, (known = { key, of, types: [], spans: 0, examples: [] }))
  }
  known.spans++
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
  if (!known.types.includes(type)) known.types.push(type)
  if (known.examples.length >= MAX_EXAMPLES || type === 'array' || type === 'object' || type === 'null')
    return
  const example = String(value).slice(0, MAX_EXAMPLE)
  if (!known.examples.includes(example)) known.examples.push(example)
}
