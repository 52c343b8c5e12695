import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { temporaryFolder } from '../support/programs.ts'
import { eventually } from '../support/read-back.ts'
import { account } from './account.ts'
import { FULL } from './chance.ts'
import { ReportingApp } from './client-app.ts'

const YEAR_MS = 365 * 86_400_000
const JUMPS = FULL ? [1, 0, -1, 0, 1, -1, 2, -2, 0] : [1, -1, 0]
const EACH = 40

test(
  'a clock that jumps by a year under a client costs nothing, and no timer minds',
  async () => {
    const sink = await HubSink.open()
    onTestFinished(() => sink.close())
    const app = await ReportingApp.start({
      HUB_API_URL: sink.url,
      HUB_BATCH_TIMEOUT: '20ms',
      HUB_HEARTBEAT_INTERVAL: '250ms',
      HUB_BREAKER_THRESHOLD: '2',
      HUB_BREAKER_TIMEOUT: '200ms',
      HUB_SPOOL_DIR: join(await temporaryFolder(), 'spool'),
    })
    const beats = () => sink.ofType('AgentHeartbeat').length
    const events = async () => (await app.stats()).events!
    let busiest = 0
    for (const jump of JUMPS) {
      // The clock jumps while things wait, in memory and on disk, and a circuit is open.
      let refused = 0
      sink.trouble = ({ path }) => {
        if (!path.endsWith('/events')) return undefined
        refused++
        return { status: 503 }
      }
      await app.work(EACH, 300)
      await eventually(async () => (await events()).spooled > 0)
      await app.skew(jump * YEAR_MS)
      await app.work(EACH, 300)
      const { generated } = await app.stats()
      // Two more heartbeats are made, and the circuit's probes go on, one at a time.
      await eventually(async () => (await app.stats()).generated >= generated + 2)
      const before = refused
      await eventually(async () => (await app.stats()).generated >= generated + 4)
      busiest = Math.max(busiest, refused - before)
      // A receiver that names a date means its own clock: that must not make the client ask without a pause.
      let once = jump > 0 ? 1 : 0
      sink.trouble = ({ path }) => {
        if (!path.endsWith('/events') || once-- <= 0) return undefined
        return { status: 503, headers: { 'retry-after': new Date(Date.now() + 1000).toUTCString() } }
      }
      await eventually(async () => (await events()).queued === 0, 40_000)
      const heard = beats()
      await sink.waitFor(() => beats() > heard)
    }
    const { generated, events: told } = await app.close(5000)
    expect(await app.exited).toBe(0)
    const stored = new Set(sink.events.map(({ id }) => id)).size
    account(
      {
        side: 'client',
        scenario: 'client-clock/jumps',
        generated,
        stored,
        dropped: { ...told!.dropped },
        missing: generated - stored,
      },
      { jumps_of_a_year: JUMPS.length, attempts_in_one_window_at_most: busiest },
    )
    // The circuit asks about once for each beat: a busy loop asks thousands of times.
    expect(busiest).toBeLessThan(50)
    // The time of an event is that of the monotonic clock, from the process's start on.
    const times = sink.events.map(({ occurred_at }) => Math.abs(Date.parse(occurred_at) - Date.now()))
    expect(Math.max(...times)).toBeLessThan(YEAR_MS / 2)
  },
  FULL ? 300_000 : 90_000,
)
