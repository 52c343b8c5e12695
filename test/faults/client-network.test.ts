import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/read-back.ts'
import { temporaryFolder } from '../support/programs.ts'
import { TcpProxy, type Weather } from '../support/tcp-proxy.ts'
import { account } from './account.ts'
import { chance, FULL, SEED } from './chance.ts'
import { ReportingApp } from './client-app.ts'
import { readDisk } from './collector-disk.ts'
import { startCollectorProcess } from './collector-process.ts'

/** An app, a collector, and a network between them. */
async function world(env: Record<string, string>) {
  const data = await temporaryFolder()
  const collector = await startCollectorProcess(data)
  const proxy = await TcpProxy.open(Number(new URL(collector.url).port))
  onTestFinished(() => proxy.close())
  const start = () =>
    ReportingApp.start({
      HUB_API_URL: proxy.url,
      HUB_BATCH_TIMEOUT: '20ms',
      HUB_BREAKER_TIMEOUT: '200ms',
      HUB_HEARTBEAT_INTERVAL: '1h',
      ...env,
    })
  /** What the collector holds at the end. */
  const stored = async (): Promise<Set<string>> => {
    collector.child.kill('SIGTERM')
    await collector.exited
    const { events, repeated } = readDisk(data)
    expect(repeated).toBe(0)
    return events
  }
  return { proxy, start, stored }
}

const drained = (app: ReportingApp): Promise<unknown> =>
  eventually(async () => (await app.stats()).events!.queued === 0, 240_000)

/** How many connections met which weather. */
const connectionsOf = ({ seen }: TcpProxy): Record<string, number> =>
  Object.fromEntries(Object.entries(seen).map(([kind, count]) => [`${kind}_connections`, count]))

const all = (times: number): string[] => Array.from({ length: times }, () => '200 done')

/** What bad networks do to a client that reports all the while; each is over before the end. */
const NETWORKS = {
  resetting: (random) => {
    if (random(4) === 0) return { kind: 'clear' }
    return {
      kind: 'reset',
      way: random(2) ? 'there' : 'back',
      afterBytes: 1 + random(random(2) ? 200 : 20_000),
    }
  },
  slow: () => ({ kind: 'slow', bytesPerSecond: 15_000 }),
  'half-open': (_random, connection) => ({ kind: (['deaf', 'mute', 'swallow'] as const)[connection % 3]! }),
  changing: (random) => {
    const kind = (['clear', 'deaf', 'mute', 'swallow', 'slow', 'reset'] as const)[random(6)]!
    if (kind === 'slow') return { kind, bytesPerSecond: 1000 + random(100_000) }
    return kind === 'reset' ? { kind, way: 'back', afterBytes: 1 + random(500) } : { kind }
  },
} satisfies Record<string, (random: (limit: number) => number, connection: number) => Weather>

test.each(Object.keys(NETWORKS) as (keyof typeof NETWORKS)[])(
  'over a network that is %s, everything is stored once, and the app answers all the while',
  async (network) => {
    const random = chance(SEED)
    const { proxy, start, stored } = await world({ HUB_TIMEOUT: network === 'slow' ? '1s' : '300ms' })
    let connections = 0
    proxy.weather = () => NETWORKS[network](random, connections++)
    const app = await start()
    for (let round = 0; round < (FULL ? 40 : 3); round++) {
      expect(await app.work(40, 1000)).toEqual(all(40))
    }
    if (network === 'half-open') {
      const { seen } = proxy
      await eventually(async () => seen.deaf! > 1 && seen.mute! > 1 && seen.swallow! > 1)
    } else await drained(app)
    // What close() sends is not repeated: it goes over a connection that has just carried something.
    proxy.weather = () => ({ kind: 'clear' })
    proxy.cut()
    expect(await app.work(1, 1000)).toEqual(all(1))
    await drained(app)
    const { generated, events } = await app.close(20_000)
    expect(await app.exited).toBe(0)
    const there = (await stored()).size
    account(
      {
        side: 'client',
        scenario: `client-network/${network}`,
        generated,
        stored: there,
        dropped: { ...events!.dropped },
        missing: generated - there,
      },
      { ...connectionsOf(proxy), resets: proxy.resets, retries: events!.retries },
    )
  },
  FULL ? 300_000 : 120_000,
)

test.each(['deaf', 'mute'] as const)(
  'a receiver that is %s holds up neither the app nor its end: what could not be sent is counted',
  async (kind) => {
    // Only close() ends the wait for an answer: without it the request would stay for longer than this test may take.
    const { proxy, start, stored } = await world({ HUB_TIMEOUT: '2m' })
    proxy.weather = () => ({ kind })
    const app = await start()
    expect(await app.work(1, 1000)).toEqual(all(1))
    await eventually(async () => (proxy.seen[kind] ?? 0) > 0)
    expect(await app.work(200, 1000)).toEqual(all(200))
    expect((await app.stats()).events!.delivered).toBe(0)
    const { generated, events } = await app.close(300)
    expect(await app.exited).toBe(0)
    const there = (await stored()).size
    const dropped = { ...events!.dropped }
    const missing = generated - there - (dropped.expired ?? 0)
    account({
      side: 'client',
      scenario: `client-network/close-${kind}`,
      generated,
      stored: there,
      dropped,
      missing,
    })
  },
  120_000,
)
