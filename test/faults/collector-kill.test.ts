import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { chance, figures, FULL, SEED } from './collector-chance.ts'
import { missingOn, readDisk, type OnDisk } from './collector-disk.ts'
import { Acknowledged, Load } from './collector-load.ts'
import { folder, mutant, startCollectorProcess } from './collector-process.ts'

const KILLS = FULL ? 220 : 12
/** The data directory is begun anew after so many, so that reading it back stays quick. */
const KILLS_PER_FOLDER = 20

interface Outcome {
  kills: number
  acknowledged: { events: number; spans: number }
  unanswered: number
  missing: number
  disk: Pick<OnDisk, 'repeated'> & { integrity: string[] }
  /** Stored by the accounts of the service minus what the files hold; 0 when the accounts are right. */
  accountsOff: number
}

/**
 * Kills a collector under load, `kills` times in one data directory. The moment is a number of acknowledged batches and
 * a number of turns of the event loop after them, so it falls anywhere in a commit.
 */
async function killUnderLoad(kills: number, seed: number, bin?: string): Promise<Outcome> {
  const random = chance(seed)
  const data = await folder()
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
    acknowledged: { events: acknowledged.events.size, spans: acknowledged.spans.size },
    unanswered: acknowledged.unanswered,
    missing: missingOn(disk, acknowledged).length,
    disk: { repeated: disk.repeated, integrity: [...disk.integrity] },
    accountsOff: totals.stored - disk.events.size,
  }
}

test(
  'kill -9 at any moment loses nothing that was acknowledged',
  async () => {
    const sum = { kills: 0, events: 0, spans: 0, unanswered: 0, missing: 0 }
    for (let from = 0; from < KILLS; from += KILLS_PER_FOLDER) {
      const kills = Math.min(KILLS_PER_FOLDER, KILLS - from)
      const outcome = await killUnderLoad(kills, SEED + from)
      expect(outcome).toMatchObject({
        missing: 0,
        disk: { repeated: 0, integrity: ['ok'] },
        accountsOff: 0,
      })
      sum.kills += outcome.kills
      sum.events += outcome.acknowledged.events
      sum.spans += outcome.acknowledged.spans
      sum.unanswered += outcome.unanswered
      sum.missing += outcome.missing
    }
    figures('collector kill -9', sum)
  },
  FULL ? 1_800_000 : 60_000,
)

test('a collector that acknowledges before it commits is found out', async () => {
  const bin = await mutant(
    'store/sqlite/writer-client.js',
    'this.#post(make(job)',
    "resolve({ kind: body ? 'batch' : 'stored', accepted: 1, duplicates: 0, rejected: [] });\n\t\t\tthis.#post(make(job)",
  )
  const { missing, kills } = await killUnderLoad(5, SEED, bin)
  figures('mutant that acknowledges before the commit', { kills, missing })
  expect(missing).toBeGreaterThan(0)
}, 60_000)
