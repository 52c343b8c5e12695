import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { CATALOG_MIGRATIONS } from '../schema.ts'
import type { SignOfLife } from '../../../services/signs-of-life.ts'
import { addSign, MonitorLedger } from './monitor-ledger.ts'
import { MonitorWatch } from './monitor-watch.ts'

const BEGIN = Date.UTC(2026, 0, 31)
const at = (seconds: number) => BEGIN + seconds * 1000

function catalogOfOneService(): DatabaseSync {
  const catalog = new DatabaseSync(':memory:')
  onTestFinished(() => catalog.close())
  catalog.exec(CATALOG_MIGRATIONS.join(';'))
  catalog.exec("INSERT INTO services (id, name) VALUES (1, 'shop')")
  return catalog
}

function sign(seconds: number, overrides: Partial<SignOfLife> = {}): SignOfLife {
  const ms = at(seconds)
  const said = { error: false, heartbeat: true, registered: false, intervalS: 60 }
  return { at: ms, occurredMs: ms, receivedMs: ms, eventId: `event-${seconds}`, ...said, ...overrides }
}

function setUp(catalog = catalogOfOneService()) {
  const monitors = new MonitorLedger(catalog)
  const watch = new MonitorWatch(catalog, monitors, BEGIN)
  const state = () => catalog.prepare('SELECT state FROM monitors').get()!['state']
  return {
    monitors,
    watch,
    state,
    hear(...signs: SignOfLife[]) {
      for (const one of signs) addSign(monitors.signsOf(1, '', 'a'), one)
      monitors.save()
      monitors.saved()
    },
    /** The state once the monitors were looked at. */
    after(seconds: number, { jump = 0, pause = 0 } = {}) {
      watch.look({ now: at(seconds), jump, pause })
      return state()
    },
  }
}

test('a monitor is late and silent when its time has come', () => {
  const { hear, after } = setUp()
  hear(sign(0))
  expect([after(89), after(90), after(179), after(180)]).toEqual(['up', 'late', 'late', 'silent'])
})

test('while nothing can be written nobody is late, and the time of it does not count afterwards', () => {
  const { watch, hear, after } = setUp()
  hear(sign(0))
  watch.blind(at(10))
  for (let seconds = 20; seconds <= 300; seconds += 10) {
    watch.blind(at(seconds))
    expect(after(seconds + 1)).toBe('up')
  }
  watch.sees(at(310))
  expect([after(311), after(389), after(391)]).toEqual(['up', 'up', 'late'])
})

test('when no further write failed for a while the disk is taken for well again', () => {
  const { watch, hear, after } = setUp()
  hear(sign(0))
  watch.blind(at(80))
  expect([after(100), after(115), after(130)]).toEqual(['up', 'up', 'late'])
})

test('a pause puts off what is due, a jump takes all times along', () => {
  const { hear, after } = setUp()
  hear(sign(0))
  expect([after(120, { pause: 60_000 }), after(151)]).toEqual(['up', 'late'])
  hear(sign(160))
  expect([after(4000, { jump: 3_800_000 }), after(4049), after(4050)]).toEqual(['up', 'up', 'late'])
})

test('what a failed transaction changed is told by the next one, once', () => {
  const catalog = catalogOfOneService()
  const { monitors } = setUp(catalog)
  addSign(monitors.signsOf(1, '', 'a'), sign(0))
  catalog.exec('BEGIN')
  monitors.save()
  catalog.exec('ROLLBACK')
  expect(monitors.takeTransitions()).toEqual([])
  catalog.exec('BEGIN')
  monitors.save()
  catalog.exec('COMMIT')
  monitors.saved()
  expect(monitors.takeTransitions().map(({ instance, to }) => [instance, to])).toEqual([
    ['a', 'up'],
    [null, 'up'],
  ])
  expect(catalog.prepare('SELECT count(*) AS n FROM transitions').get()).toEqual({ n: 2 })
})

test('of the changes of a service the newest are kept', () => {
  const catalog = catalogOfOneService()
  const { monitors, hear } = setUp(catalog)
  for (let round = 0; round < 1100; round++) {
    hear(sign(round * 2), sign(round * 2 + 1, { heartbeat: false, lifecycle: 'stopped' }))
  }
  monitors.prune(at(2200))
  const kept = catalog.prepare('SELECT count(*) AS n, instance IS NULL AS own FROM transitions GROUP BY own')
  expect(kept.all()).toEqual([
    { n: 2000, own: 0 },
    { n: 1, own: 1 },
  ])
})
