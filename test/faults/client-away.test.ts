import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createHub, type HubStats } from '@hubline/core'
import { expect, onTestFinished, test } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { temporaryFolder } from '../support/programs.ts'
import { account } from './account.ts'
import { chance, FULL, SEED } from './chance.ts'

const SECONDS = FULL ? 30 : 4

test.each(['a spool', 'memory alone'] as const)(
  'a collector that is away at 1,000 events a second costs little memory with %s, and all arrives later',
  async (how) => {
    const port = await HubSink.freePort()
    const peer = fork(new URL('peers/away.mjs', import.meta.url), [String(SECONDS)], {
      execArgv: ['--expose-gc'],
      env: {
        ...process.env,
        HUB_API_URL: `http://127.0.0.1:${port}`,
        ...(how === 'a spool' && { HUB_SPOOL_DIR: join(await temporaryFolder(), 'spool') }),
      },
    })
    onTestFinished(() => void peer.kill('SIGKILL'))
    const [{ away, grownMiB }] = (await once(peer, 'message')) as [{ away: HubStats; grownMiB: number }]
    expect(away.events!.delivered).toBe(0)
    const sink = await HubSink.open(port)
    onTestFinished(() => sink.close())
    peer.send('back')
    const [{ done }] = (await once(peer, 'message')) as [{ done: HubStats }]
    const { delivered, dropped } = done.events!
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
    const stored = new Set(sink.events.map(({ id }) => id)).size
    const counts = { generated: done.generated, stored, dropped, missing: done.generated - stored - lost }
    account(
      { side: 'client', scenario: how === 'a spool' ? 'client-away/spool' : 'client-away/memory', ...counts },
      { memory_growth_mib: Math.round(grownMiB), events_spooled: away.events!.spooled },
    )
    expect([delivered, done.generated - lost]).toEqual([stored, stored])
    expect(grownMiB).toBeLessThan(50)
    if (how === 'a spool') expect(away.events!.spooled).toBeGreaterThan(SECONDS * 500)
  },
  120_000,
)

test('of 503 to seven requests in ten, everything is delivered', async () => {
  const random = chance(SEED)
  const sink = await HubSink.open()
  onTestFinished(() => sink.close())
  let refused = 0
  sink.trouble = ({ path }) => {
    if (!path.endsWith('/events') || random(10) >= 7) return undefined
    refused++
    return { status: 503 }
  }
  const hub = createHub({
    url: sink.url,
    source: 'stormy',
    batchTimeout: 10,
    batchSize: 50,
    breakerTimeout: 200,
    heartbeatInterval: '1h',
    logLevel: 'silent',
  })
  for (let n = 0; n < 500; n++) hub.event('shop.thing.done', { n })
  await sink.waitFor(() => new Set(sink.events.map(({ id }) => id)).size === hub.stats().generated, 30_000)
  sink.trouble = () => undefined
  await hub.close()
  const { generated, events } = hub.stats()
  const { dropped } = events!
  const counts = { generated, stored: sink.events.length, dropped, missing: generated - sink.events.length }
  account({ side: 'client', scenario: 'client-away/refusing', ...counts }, { requests_refused: refused })
  expect(sink.events).toHaveLength(generated)
  expect(events).toMatchObject({ delivered: generated, dropped: {} })
})
