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
    disk: { repeated: disk.repeated, integrity: [...disk.integrity] },
    accountsOff: totals.stored - disk.events.size,
  }
}

test(
  'kill -9 at any moment loses nothing that was acknowledged',
  async () => {
    const sum = { kills: 0, generated: 0, stored: 0, missing: 0 }
    let unacknowledged = 0
    for (let from = 0; from < KILLS; from += KILLS_PER_FOLDER) {
      const kills = Math.min(KILLS_PER_FOLDER, KILLS - from)
      const { outcome, ...survived } = await killUnderLoad(kills, SEED + from)
      expect(survived).toMatchObject({ disk: { repeated: 0, integrity: ['ok'] }, accountsOff: 0 })
      expect(outcome.missing).toBe(0)
      sum.kills += kills
      sum.generated += outcome.generated
      sum.stored += outcome.stored
      unacknowledged += outcome.dropped['not acknowledged']!
    }
    const scenario = 'kill -9 under load'
    account({ side: 'collector', scenario, ...sum, dropped: { 'not acknowledged': unacknowledged } })
  },
  FULL ? 1_800_000 : 60_000,
)

test('a collector that acknowledges before it commits is found out', async () => {
  const bin = await mutant(
    'store/sqlite/writer-client.js',
    'this.#post(make(job)',
    "resolve({ kind: body ? 'batch' : 'stored', accepted: 1, duplicates: 0, rejected: [] });\n\t\t\tthis.#post(make(job)",
  )
  let [kills, missing] = [0, 0]
  for (; missing === 0 && kills < 30; kills += 5) {
    missing = (await killUnderLoad(5, SEED + kills, bin)).outcome.missing
  }
  expect(missing).toBeGreaterThan(0)
  const by = `${missing} acknowledged items missing after ${kills} kills`
  found({ mutant: 'a collector that acknowledges before it commits', by })
}, 60_000)
