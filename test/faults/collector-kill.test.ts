import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/programs.ts'
import { account, found } from './account.ts'
import { chance, FULL, SEED } from './chance.ts'
import { type OnDisk, type Outcome, outcomeOn, readDisk } from './collector-disk.ts'
import { Acknowledged, Load } from './collector-load.ts'
import { mutant, startCollectorProcess } from './collector-process.ts'

const KILLS = FULL ? 220 : 12
/** The data directory is begun anew after so many, so that reading it back stays quick. */
const KILLS_PER_FOLDER = 20

interface Survived {
  kills: number
  outcome: Outcome
  /** How much was acknowledged, and how many files hold it. */
  counted: { events: number; spans: number; files: number }
  disk: Pick<OnDisk, 'repeated'> & { integrity: string[] }
  /** Stored by the accounts of the service minus what the files hold; 0 when the accounts are right. */
  accountsOff: number
}

/**
 * Kills a collector under load, `kills` times in one data directory. The moment is a number of acknowledged batches and
 * a number of turns of the event loop after them, so it falls anywhere in a commit.
 */
async function killUnderLoad(kills: number, seed: number, bin?: string): Promise<Survived> {
  const random = chance(seed)
  const data = await temporaryFolder()
  const acknowledged = new Acknowledged()
  for (let kill = 0; kill < kills; kill++) {
    const collector = await startCollectorProcess(data, bin === undefined ? {} : { bin })
    const reached = Promise.withResolvers<void>()
    let left = random(60)
    acknowledged.onBatch = () => {
      if (left-- <= 0) reached.resolve()
    }
    const load = new Load(collector.url, acknowledged)
    await reached.promise
    for (let turns = random(200); turns > 0; turns--) await turn()
    collector.child.kill('SIGKILL')
    await load.stop()
    await collector.exited
  }
  // A restart by itself, then a clean end, so that the accounts can be asked for too.
  const last = await startCollectorProcess(data)
  const answer = await fetch(`${last.url}/api/v1/services/shop/delivery`)
  const { totals } = (await answer.json()) as { totals: { stored: number } }
  last.child.kill('SIGTERM')
  expect(await last.exited).toBe(0)
  const disk = readDisk(data)
  return {
    kills,
    outcome: outcomeOn(disk, acknowledged),
    counted: { events: acknowledged.events.size, spans: acknowledged.spans.size, files: disk.files },
    disk: { repeated: disk.repeated, integrity: [...disk.integrity] },
    accountsOff: totals.stored - disk.events.size,
  }
}

test(
  'kill -9 at any moment loses nothing that was acknowledged',
  async () => {
    const sum = { kills: 0, generated: 0, stored: 0, missing: 0 }
    let unacknowledged = 0
    const measured = {
      events_acknowledged: 0,
      spans_acknowledged: 0,
      files_that_pass_integrity_check: 0,
      accounts_off_by_rows: 0,
    }
    for (let from = 0; from < KILLS; from += KILLS_PER_FOLDER) {
      const kills = Math.min(KILLS_PER_FOLDER, KILLS - from)
      const { outcome, counted, ...survived } = await killUnderLoad(kills, SEED + from)
      expect(survived).toMatchObject({ disk: { repeated: 0, integrity: ['ok'] }, accountsOff: 0 })
      expect(outcome.missing).toBe(0)
      sum.kills += kills
      sum.generated += outcome.generated
      sum.stored += outcome.stored
      measured.events_acknowledged += counted.events
      measured.spans_acknowledged += counted.spans
      measured.files_that_pass_integrity_check += counted.files
      measured.accounts_off_by_rows += Math.abs(survived.accountsOff)
      unacknowledged += outcome.dropped['not acknowledged']!
    }
    const dropped = { 'not acknowledged': unacknowledged }
    account({ side: 'collector', scenario: 'collector-kill/load', ...sum, dropped }, measured)
  },
  FULL ? 1_800_000 : 120_000,
)

test('a collector that acknowledges before it commits is found out', async () => {
  const bin = await mutant(
    'store/sqlite/writer-client.js',
    'this.#outbox.add(make(job)',
    "this.#settle({ job, receipt: { kind: body ? 'batch' : 'stored', accepted: 1, duplicates: 0, rejected: [] } });\n\t\tthis.#outbox.add(make(job)",
  )
  let [kills, missing] = [0, 0]
  for (; missing === 0 && kills < 30; kills += 5) {
    missing = (await killUnderLoad(5, SEED + kills, bin)).outcome.missing
  }
  expect(missing).toBeGreaterThan(0)
  const by = `${missing} acknowledged items missing after ${kills} kills`
  found({ scenario: 'collector-kill/early', by })
}, 120_000)
