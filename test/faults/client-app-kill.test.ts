import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { temporaryFolder } from '../support/programs.ts'
import { eventually } from '../support/read-back.ts'
import { spooledEvents } from '../support/spooled.ts'
import { account } from './account.ts'
import { chance, FULL, SEED } from './chance.ts'
import { ReportingApp } from './client-app.ts'

const KILLS = FULL ? 100 : 6

test(
  'an app that is killed under traffic, again and again, loses nothing that was on its disk',
  async () => {
    const random = chance(SEED)
    const spool = join(await temporaryFolder(), 'spool')
    const sink = await HubSink.open()
    onTestFinished(() => sink.close())
    const troubled = ({ path }: { path: string }) =>
      path.endsWith('/events') && random(10) < 7 ? { status: 503 } : undefined
    const start = () =>
      ReportingApp.start({
        HUB_API_URL: sink.url,
        HUB_SPOOL_DIR: spool,
        HUB_BATCH_TIMEOUT: '5ms',
        HUB_BATCH_SIZE: '20',
        HUB_BREAKER_THRESHOLD: '1',
        HUB_BREAKER_TIMEOUT: '100ms',
        OTEL_SDK_DISABLED: 'true',
      })
    const kept = new Set<string>()
    for (let kill = 0; kill < KILLS; kill++) {
      sink.trouble = troubled
      const app = await start()
      const working = Array.from({ length: 1 + random(20) }, () => app.work(10, 200).catch(() => []))
      await pause(random(400))
      await app.kill()
      await Promise.all(working)
      for (const { id } of await spooledEvents(spool)) kept.add(id)
    }
    sink.trouble = () => undefined
    const last = await start()
    await eventually(async () => (await spooledEvents(spool)).length === 0, 30_000)
    const { events } = await last.close(5000)
    expect(events!.queued).toBe(0)
    const arrived = new Set(sink.events.map(({ id }) => id))
    const stored = [...kept].filter((id) => arrived.has(id)).length
    const counts = { generated: kept.size, stored, missing: kept.size - stored }
    account(
      { side: 'client', scenario: 'client-app-kill/found-on-disk', kills: KILLS, ...counts },
      { events_sent_again: sink.events.length - arrived.size },
    )
    expect(kept.size).toBeGreaterThan(KILLS)
  },
  FULL ? 600_000 : 120_000,
)
