import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { HubEvent, HubStats } from '@hubline/core'
import { expect, onTestFinished, test } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { account, found } from './account.ts'

const PROCESSES = 5
const EACH = 10
const CLIENTS = PROCESSES * EACH
/** Attempts of each client that are looked at; the waits before them grow up to 0.4, 0.8 and 1.6 seconds. */
const ATTEMPTS = 4

interface Outage {
  /** Of each client, the times of its attempts at the receiver since the first of all, in milliseconds. */
  attempts: number[][]
  stats: HubStats[]
  stored: number
}

interface Settings {
  /** What the receiver says with each 503. */
  headers?: Record<string, string>
  tries?: number
  execArgv?: string[]
}

/** Takes a receiver away from fifty clients until each has tried so many times. */
async function outage({ headers = {}, tries = ATTEMPTS, execArgv = [] }: Settings = {}): Promise<Outage> {
  const sink = await HubSink.open()
  onTestFinished(() => sink.close())
  const times = new Map<string, number[]>()
  let away = false
  sink.trouble = ({ path, body }) => {
    if (!away || !path.endsWith('/events')) return undefined
    const { source } = JSON.parse(body.toString().split('\n')[0]!) as HubEvent
    const of = times.get(source) ?? []
    times.set(source, [...of, performance.now()])
    return { status: 503, headers }
  }
  const env = { ...process.env, HUB_API_URL: sink.url, HUB_BREAKER_THRESHOLD: '1000', HUB_MAX_RETRIES: '20' }
  const peers = await Promise.all(
    Array.from({ length: PROCESSES }, async (_, n) => {
      const args = [String(n * EACH), String(EACH)]
      const peer = fork(new URL('peers/many.mjs', import.meta.url), args, { env, execArgv })
      onTestFinished(() => void peer.kill('SIGKILL'))
      await once(peer, 'message')
      return peer
    }),
  )
  await sink.waitFor(() => sink.states().length === CLIENTS)
  away = true
  await tell(peers, { say: true })
  const enough = () => times.size === CLIENTS && [...times.values()].every(({ length }) => length >= tries)
  await sink.waitFor(enough, 40_000)
  const began = Math.min(...[...times.values()].map(([first]) => first!))
  const attempts = [...times.values()].map((of) => of.slice(0, tries).map((at) => at - began))
  away = false
  const stats = (await tell(peers, { say: false })).flat()
  return { attempts, stats, stored: new Set(sink.events.map(({ id }) => id)).size }
}

function tell(peers: readonly ChildProcess[], message: object): Promise<HubStats[][]> {
  return Promise.all(
    peers.map(async (peer) => {
      const answer = once(peer, 'message')
      peer.send(message)
      return ((await answer) as [HubStats[]])[0]
    }),
  )
}

/**
 * The most of the clients whose last attempt falls into one tenth of the mean time until then. Clients that wait a fixed
 * time come all together, whatever that time is; with full jitter about 10 of 50 do, as the sum of three
 * uniform waits has a deviation of 0.38 of its mean.
 */
function together({ attempts }: Outage): number {
  const last = attempts.map((of) => of.at(-1)!).sort((a, b) => a - b)
  const window = last.reduce((sum, at) => sum + at, 0) / last.length / 10
  return Math.max(...last.map((from) => last.filter((at) => at >= from && at <= from + window).length))
}

/** The most of the clients that wait as long as one another before their second attempt, within 100 ms. */
function alike({ attempts }: Outage): number {
  const waits = attempts.map(([first, second]) => second! - first!).sort((a, b) => a - b)
  return Math.max(...waits.map((from) => waits.filter((wait) => wait >= from && wait <= from + 100).length))
}

const HALF = CLIENTS / 2
const WITHOUT_CHANCE = ['--import', 'data:text/javascript,Math.random = () => 0.999']
const ONE_SECOND = { headers: { 'retry-after': '1' }, tries: 2 }

test('fifty clients of a receiver that is away do not come back together', async () => {
  const result = await outage()
  const most = together(result)
  const generated = result.stats.reduce((sum, stats) => sum + stats.generated, 0)
  const counts = { generated, stored: result.stored, missing: generated - result.stored }
  account(
    { side: 'client', scenario: 'client-many/outage', ...counts },
    { clients: CLIENTS, clients_in_one_tenth_of_the_time_at_most: most },
  )
  expect(most).toBeLessThan(HALF)
}, 120_000)

test('clients without jitter are found out', async () => {
  const most = together(await outage({ execArgv: WITHOUT_CHANCE }))
  expect(most).toBeGreaterThanOrEqual(HALF)
  found({ scenario: 'client-many/no-jitter', by: `${most} of ${CLIENTS} clients together` })
}, 120_000)

test('fifty clients that are told to come back in a second do not come back together', async () => {
  const result = await outage(ONE_SECOND)
  const most = alike(result)
  const generated = result.stats.reduce((sum, stats) => sum + stats.generated, 0)
  const counts = { generated, stored: result.stored, missing: generated - result.stored }
  account(
    { side: 'client', scenario: 'client-many/retry-after', ...counts },
    { clients: CLIENTS, clients_within_100_ms_of_one_another_at_most: most },
  )
  expect(most).toBeLessThan(HALF)
}, 120_000)

test('clients that wait exactly as long as they are told are found out', async () => {
  const most = alike(await outage({ ...ONE_SECOND, execArgv: WITHOUT_CHANCE }))
  expect(most).toBeGreaterThanOrEqual(HALF)
  found({ scenario: 'client-many/exact-retry-after', by: `${most} of ${CLIENTS} clients together` })
}, 120_000)
