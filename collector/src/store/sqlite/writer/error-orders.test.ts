import { DatabaseSync } from 'node:sqlite'
import type { HubEvent } from '@hubline/core/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { markInSpan } from '../../../errors/mark.ts'
import { occurrence, TOLD } from '../../../errors/occurrence.ts'
import { transaction } from '../database.ts'
import { CATALOG_MIGRATIONS } from '../schema.ts'
import { ErrorLedger } from './error-ledger.ts'

const NOON = Date.parse('2026-01-31T12:00:00Z')
const WAYS = ['event', 'span_event', 'log'] as const

/** One throw is told of in one way; a commit follows or does not. */
interface Telling {
  throw: number
  way: (typeof WAYS)[number]
  commit: boolean
}

const tellings = fc.array(
  fc.record<Telling>({ throw: fc.nat(7), way: fc.constantFrom(...WAYS), commit: fc.boolean() }),
  { maxLength: 40 },
)

/** Throws 0 to 7: two types, three hours, one of them with a fingerprint that its event chose. */
const factsOf = (number: number) => ({
  type: number % 2 === 0 ? 'TypeError' : 'RangeError',
  message: 'boom',
  timeMs: NOON + (number % 3) * 3_600_000,
})
const ids = (number: number) => {
  return { traceId: Buffer.alloc(16, 1), spanId: Buffer.alloc(8, number + 1) }
}

function tell(ledger: ErrorLedger, { throw: number, way }: Telling): void {
  const facts = factsOf(number)
  const { traceId, spanId } = ids(number)
  const at = NOON + 86_400_000
  if (way !== 'event') {
    const told = {
      mark: markInSpan(traceId, spanId, facts),
      occurrence: occurrence({ ...facts, told: TOLD[way] }),
    }
    return ledger.addOtlp(1, [told], undefined, at)
  }
  const event: HubEvent = {
    id: `event-${number}`,
    type: 'ErrorReported',
    source: 'shop',
    occurred_at: new Date(facts.timeMs).toISOString(),
    trace_id: traceId.toString('hex'),
    span_id: spanId.toString('hex'),
    payload: {
      error_type: facts.type,
      message: facts.message,
      ...(number === 7 && { fingerprint: 'chosen by hand' }),
    },
    version: 1,
  }
  ledger.addEvent(1, event, at)
}

test('in whichever order and however often they are told of, throws count once and in their groups', () => {
  fc.assert(
    fc.property(tellings, (all) => {
      const catalog = new DatabaseSync(':memory:')
      for (const sql of CATALOG_MIGRATIONS) catalog.exec(sql)
      const ledger = new ErrorLedger(catalog)
      let byOtlp = 0
      const commit = () => {
        byOtlp += transaction(catalog, () => ledger.save()).get(1) ?? 0
        ledger.saved()
      }
      for (const telling of all) {
        tell(ledger, telling)
        if (telling.commit) commit()
      }
      commit()

      const numbers = new Set(all.map((telling) => telling.throw))
      const otlp = new Set(all.filter(({ way }) => way !== 'event').map((telling) => telling.throw))
      const chosen = all.some((telling) => telling.throw === 7 && telling.way === 'event')
      const expected = Map.groupBy(numbers, (number) =>
        number === 7 && chosen ? 'chosen' : factsOf(number).type,
      )
      const rows = (sql: string) => catalog.prepare(sql).all() as Record<string, number | string>[]
      const counts = (sql: string) => rows(sql).map(({ n }) => n)

      expect(byOtlp).toBe(otlp.size)
      expect(counts('SELECT count AS n FROM error_groups ORDER BY n')).toEqual(
        [...expected.values()].map((group) => group.length).toSorted((a, b) => a - b),
      )
      expect(counts('SELECT count(*) AS n FROM error_occurrences')).toEqual([numbers.size])
      expect(counts('SELECT count(*) AS n FROM error_examples')).toEqual([expected.size])
      for (const table of ['error_hours', 'error_days']) {
        const count = table === 'error_days' ? 'count' : 'events + max(quiet, folded)'
        expect(
          counts(`SELECT g.count - sum(${count.replaceAll(/(events|quiet|folded|count)/g, 't.$1')}) AS n
            FROM error_groups AS g JOIN ${table} AS t ON t.group_id = g.id GROUP BY g.id`),
        ).toEqual([...expected].map(() => 0))
      }
      catalog.close()
    }),
    { numRuns: 100 },
  )
})
