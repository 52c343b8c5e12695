import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { createHub } from '@hubline/core'
import { expect, onTestFinished, test } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { eventually } from '../support/read-back.ts'
import { account } from './account.ts'
import { chance, FULL, SEED } from './chance.ts'
import { fill, smallDisk } from './small-disk.ts'

function filesIn(spool: string): string[] {
  const names = readdirSync(spool, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.spool'))
}

test.for(['others', 'its own spool'] as const)(
  'a disk full of %s: memory serves, the rest is counted, and the disk is used again when there is room',
  { timeout: FULL ? 240_000 : 120_000 },
  async (whose, { skip }) => {
    const disk = await smallDisk(2)
    if (disk === undefined) return skip('mounting a small tmpfs needs root')
    const random = chance(SEED)
    const sink = await HubSink.open()
    onTestFinished(() => sink.close())
    const hub = createHub({
      url: sink.url,
      source: 'crowded',
      batchTimeout: 10,
      queueMaxBytes: '512KiB',
      spoolDir: join(disk, 'spool'),
      heartbeatInterval: '1h',
      breakerTimeout: 200,
      logLevel: 'silent',
    })
    onTestFinished(() => hub.close())
    const events = () => hub.stats().events!
    const arrived = () => new Set(sink.events.map(({ id }) => id)).size
    const settled = () => eventually(async () => events().queued === 0, 30_000)
    const lost = () => Object.values(events().dropped).reduce((sum, count) => sum + count, 0)
    const say = (times: number) => {
      for (let n = 0; n < times; n++) hub.event('shop.thing.done', { n, text: 'x'.repeat(2000) })
    }
    let spooled = 0
    const rounds = FULL ? 6 : 1
    for (let round = 0; round < rounds; round++) {
      sink.trouble = () => ({ status: 503 })
      const filler = whose === 'others' ? await fill(disk, 50_000 + random(200_000)) : undefined
      await eventually(async () => (say(5), events().spooled > 0))
      const before = events().dropped.spool_full ?? 0
      while ((events().dropped.spool_full ?? 0) < before + 100) {
        say(50)
        await turn()
      }
      spooled = Math.max(spooled, events().spooled)
      // Not even a pointer fits any more, and yet all goes.
      const last = await fill(disk, 0, 'last')
      sink.trouble = () => undefined
      await settled()
      expect([hub.stats().generated, events().spooled]).toEqual([arrived() + lost(), 0])
      // Each file goes when the pointer past it has been tried.
      await eventually(async () => filesIn(join(disk, 'spool')).length === 0)
      for (const file of [filler, last]) if (file) rmSync(file)
    }
    // There is room, and it is found.
    sink.trouble = () => ({ status: 503 })
    await eventually(async () => (say(1), events().spooled > 0))
    sink.trouble = () => undefined
    await settled()
    await hub.close()
    const { generated } = hub.stats()
    const { dropped } = events()
    const counts = { generated, stored: arrived(), dropped, missing: generated - arrived() - lost() }
    const scenario = whose === 'others' ? 'client-disk-full/others' : 'client-disk-full/spool'
    account({ side: 'client', scenario, ...counts }, { times_full: rounds, events_spooled_at_most: spooled })
  },
)
