import type { SQLInputValue } from 'node:sqlite'
import { expectationOf } from '../../../monitors/expectation.ts'
import type { StateChange } from '../../../monitors/transition.ts'
import type {
  MonitorPage,
  MonitorQuery,
  ServiceHistory,
  Transition,
  TransitionPage,
  TransitionQuery,
  UptimeFacts,
} from '../../monitors.ts'
import { cursorToUlid, ulidToCursor } from '../cursor.ts'
import { toMonitor } from '../monitor-rows.ts'
import type { PartFiles } from './part-files.ts'

/** What is asked about monitors: name, arguments, answer. */
export interface MonitorQueries {
  monitors: (query: MonitorQuery) => MonitorPage
  transitions: (query: TransitionQuery) => TransitionPage
  uptime: (service: string, since: number) => UptimeFacts | undefined
}

export function monitorQueries(files: PartFiles): MonitorQueries {
  return {
    monitors: (query) => listMonitors(files, query),
    transitions: (query) => listTransitions(files, query),
    uptime: (service, since) => readUptime(files, service, since),
  }
}

function listMonitors({ catalog }: PartFiles, query: MonitorQuery): MonitorPage {
  const { service, env, state, after, limit } = query
  const { where, values } = conditions([
    ['s.name = ?', service],
    ['m.env = ?', env],
    ['m.state = ?', state],
    ['(s.name, m.env, m.instance) > (?, ?, ?)', after && [after.service, after.env, after.instance]],
  ])
  const rows = catalog
    .prepare(
      `SELECT m.*, s.name AS service, t.interval_s AS set_interval_s, t.grace_s AS set_grace_s
      FROM monitors AS m JOIN services AS s ON s.id = m.service_id
      LEFT JOIN monitor_settings AS t ON t.service_id = m.service_id AND t.env = m.env
      WHERE ${where} ORDER BY s.name, m.env, m.instance LIMIT ?`,
    )
    .all(...values, limit + 1)
  const monitors = rows.slice(0, limit).map((row) => {
    const monitor = toMonitor(row)
    const setting = {
      intervalS: row['set_interval_s'] as number | null,
      graceS: row['set_grace_s'] as number | null,
    }
    return { ...monitor, ...expectationOf(monitor, setting), service: row['service'] as string }
  })
  return { monitors, hasMore: rows.length > limit }
}

function listTransitions({ catalog }: PartFiles, query: TransitionQuery): TransitionPage {
  const { service, env, instance, scope, to, cursor, limit, order } = query
  const position = cursor === undefined ? undefined : ulidToCursor(cursor)
  const { where, values } = conditions([
    ['s.name = ?', service],
    ['t.env = ?', env],
    ['t.instance = ?', instance],
    ['(t.instance IS NULL) = ?', scope && Number(scope === 'service')],
    ['t.to_state = ?', to],
    [`t.id ${order === 'asc' ? '>' : '<'} ?`, position],
  ])
  const find = catalog.prepare(
    `SELECT t.*, s.name AS service FROM transitions AS t JOIN services AS s ON s.id = t.service_id
    WHERE ${where} ORDER BY t.id ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT ?`,
  )
  find.setReadBigInts(true)
  const rows = find.all(...values, limit + 1)
  return { transitions: rows.slice(0, limit).map(toTransition), hasMore: rows.length > limit }
}

function readUptime({ catalog }: PartFiles, service: string, since: number): UptimeFacts | undefined {
  const known = catalog.prepare('SELECT id FROM services WHERE name = ?').get(service)
  if (!known) return undefined
  const id = known['id'] as number
  const changes = catalog.prepare(`
    SELECT from_state AS "from", to_state AS "to", at_ms AS at FROM transitions
    WHERE service_id = ? AND instance IS NULL AND env = ? AND at_ms >= ? ORDER BY id`)
  const histories = catalog
    .prepare('SELECT env, state FROM service_states WHERE service_id = ? ORDER BY env')
    .all(id)
    .map((row) => ({
      ...(row as unknown as Pick<ServiceHistory, 'env' | 'state'>),
      changes: changes.all(id, row['env'] as string, since) as unknown as ServiceHistory['changes'],
    }))
  const absences = catalog
    .prepare('SELECT from_ms AS "from", to_ms AS "to" FROM absences WHERE to_ms >= ? ORDER BY from_ms')
    .all(since) as unknown as UptimeFacts['absences']
  return { histories, absences }
}

function toTransition(row: Record<string, unknown>): Transition {
  return {
    cursor: cursorToUlid(row['id'] as bigint),
    service: row['service'] as string,
    env: row['env'] as string,
    instance: row['instance'] as string | null,
    from: row['from_state'] as StateChange['from'],
    to: row['to_state'] as StateChange['to'],
    at: Number(row['at_ms']),
    recordedAt: Number(row['recorded_ms']),
    reason: row['reason'] as StateChange['reason'],
    eventId: row['event_id'] as string | null,
  }
}

type Value = SQLInputValue | SQLInputValue[]

/** Those of the conditions that have a value, with their values in order. */
function conditions(given: [condition: string, value: Value | undefined][]): {
  where: string
  values: SQLInputValue[]
} {
  const set = given.filter((one): one is [string, Value] => one[1] !== undefined)
  return {
    where: set.map(([condition]) => condition).join(' AND ') || 'true',
    values: set.flatMap(([, value]) => (Array.isArray(value) ? value : [value])),
  }
}
