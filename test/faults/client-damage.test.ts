import { cp, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createHub, type HubEvent } from '@hubline/core'
import { expect, onTestFinished, test } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { temporaryFolder } from '../support/programs.ts'
import { eventually } from '../support/read-back.ts'
import { account } from './account.ts'
import { chance, FULL, SEED } from './chance.ts'

const ROUNDS = FULL ? 10 : 1
const SEGMENTS = 5

const hubAt = (url: string, spoolDir: string, instance: string) =>
  createHub({
    url,
    spoolDir,
    instance,
    source: 'shop',
    env: 'test',
    batchTimeout: 5,
    breakerThreshold: 1,
    heartbeatInterval: '1h',
    logLevel: 'silent',
  })

async function segmentsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => name.includes('.events.') && name.endsWith('.spool')).sort()
}

/** What a client leaves on disk that never met its receiver; how many events it made. */
async function leave(spoolDir: string): Promise<number> {
  const hub = hubAt(`http://127.0.0.1:${await HubSink.freePort()}`, spoolDir, 'gone')
  for (let segments = 0; segments < SEGMENTS; segments++) {
    for (let n = 0; n < 10; n++) hub.event('shop.thing.done', { n })
    await eventually(async () => (await segmentsIn(spoolDir).catch(() => [])).length > segments)
  }
  await hub.close(500)
  return hub.stats().generated
}

test(
  'a flipped bit or a cut in any segment costs that segment at most, and it is counted',
  async () => {
    const random = chance(SEED)
    const left = join(await temporaryFolder(), 'spool')
    const made = await leave(left)
    const sum = { generated: 0, stored: 0, dropped: { corrupt: 0 }, missing: 0 }
    let trials = 0
    for (const segment of await segmentsIn(left)) {
      for (let round = 0; round < 2 * ROUNDS; round++) {
        trials++
        const spool = join(await temporaryFolder(), 'spool')
        await cp(left, spool, { recursive: true })
        const file = join(spool, segment)
        const bytes = await readFile(file)
        const at = random(bytes.length)
        if (round % 2) await truncate(file, at)
        else await writeFile(file, bytes.fill(bytes[at]! ^ (1 << random(8)), at, at + 1))
        const sink = await HubSink.open()
        onTestFinished(() => sink.close())
        const next = hubAt(sink.url, spool, `next-${trials}`)
        const spooled = () => next.stats().spool!
        await eventually(async () => spooled().inherited_lost > 0 && spooled().inherited === 0)
        await next.close()
        const lost = spooled().inherited_lost
        const mine = ({ instance }: HubEvent): boolean => instance === 'gone'
        const stored = new Set(sink.events.filter(mine).map(({ id }) => id)).size
        expect(lost).toBeLessThanOrEqual(Number(basename(segment).split('.').at(-2)))
        sum.generated += made
        sum.stored += stored
        sum.dropped.corrupt += lost
        sum.missing += made - stored - lost
      }
    }
    account({ side: 'client', scenario: 'client-damage/segments', ...sum }, { damages: trials })
  },
  FULL ? 300_000 : 120_000,
)
