import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/programs.ts'
import { type Account, account, found } from './account.ts'
import { chance, FULL, SEED } from './chance.ts'
import { breachesIn, canTrace, traced } from './system-calls.ts'

const KILLS = FULL ? 200 : 20
const WATCHED_KILLS = FULL ? 20 : 3
const PEER = new URL('peers/spooling.ts', import.meta.url).pathname

interface Manner {
  /** Every kill between the moment when a pointer is durable and that in which the old segment is removed. */
  atUnlink: (kill: number) => boolean
  /** Whether the kernel is asked in which order things became durable. */
  watched?: boolean
  /** What the peer never syncs. */
  forgets?: string
}

interface Survived extends Required<Pick<Account, 'generated' | 'stored' | 'dropped' | 'missing'>> {
  between: number
  again: number
  breaches: string[]
}

/** Kills a process that spools and delivers, then has another one bring what is left. */
async function killWhileSpooling(
  kills: number,
  { atUnlink, watched = false, forgets = '' }: Manner,
): Promise<Survived> {
  const random = chance(SEED)
  const folder = await temporaryFolder()
  const [log, trace] = [join(folder, 'log'), join(folder, 'trace')]
  const breaches: string[] = []
  const run = async (task: string, dieAt: number, withinMs = Infinity) => {
    const args = [PEER, join(folder, 'spool'), log, task, String(dieAt)]
    const [command, all] = watched ? traced(trace, args) : [process.execPath, args]
    const peer = spawn(command, all, {
      stdio: 'ignore',
      env: { ...process.env, FORGETS: forgets, WRITERS: watched ? '1' : '3' },
    })
    const gone = once(peer, 'exit')
    if (withinMs < Infinity) await Promise.race([gone, pause(withinMs).then(() => peer.kill('SIGKILL'))])
    await gone
    if (watched) breaches.push(...(await breachesIn(trace)))
    return peer
  }
  // What is forgotten shows in a segment that went.
  const soonest = forgets === '' ? 1 : 2
  let between = 0
  for (let kill = 0; kill < kills; kill++) {
    const there = atUnlink(kill)
    const peer = await run('both', there ? soonest + random(5) : 0, there ? Infinity : 150 + random(250))
    expect(peer.signalCode).toBe('SIGKILL')
    if (there) between++
  }
  expect((await run('drain', 0)).exitCode).toBe(0)
  const ids = async (what: string) => (await readFile(`${log}.${what}`, 'utf8')).trim().split('\n')
  const [made, kept, delivered] = await Promise.all([ids('made'), ids('kept'), ids('delivered')])
  const arrived = new Set(delivered)
  const missing = kept.filter((id) => !arrived.has(id)).length
  const stored = made.filter((id) => arrived.has(id)).length
  return {
    generated: made.length,
    stored,
    dropped: { 'not on disk yet': made.length - stored - missing },
    missing,
    between,
    again: delivered.length - arrived.size,
    breaches,
  }
}

test(
  'kill -9 of a client at any moment, also between pointer and unlink, loses nothing that was spooled',
  async () => {
    const { between, again, breaches, ...counts } = await killWhileSpooling(KILLS, {
      atUnlink: (kill) => kill % 2 === 0,
    })
    account(
      { side: 'client', scenario: 'client-kill/spooling', kills: KILLS, ...counts },
      { kills_between_pointer_and_unlink: between, events_delivered_again: again },
    )
    expect([between, breaches]).toEqual([KILLS / 2, []])
    expect(counts.stored).toBeGreaterThan(KILLS)
  },
  FULL ? 600_000 : 120_000,
)

test('the kernel saw each pointer durable before its segment went, and each segment before it counted', async ({
  skip,
}) => {
  if (!(await canTrace())) return skip('needs strace, and the right to use it')
  const { again, breaches, between, ...counts } = await killWhileSpooling(WATCHED_KILLS, {
    atUnlink: () => true,
    watched: true,
  })
  expect(breaches).toEqual([])
  account(
    { side: 'client', scenario: 'client-kill/watched', kills: between, ...counts },
    { events_delivered_again: again },
  )
}, 120_000)

test.for(['pointer', 'folder', 'segment'] as const)(
  'a spool that does not sync its %s is found out',
  { timeout: 120_000 },
  async (forgets, { skip }) => {
    if (!(await canTrace())) return skip('needs strace, and the right to use it')
    const { breaches } = await killWhileSpooling(1, { atUnlink: () => true, watched: true, forgets })
    expect(breaches).not.toEqual([])
    found({ scenario: `client-kill/forgets-${forgets}`, by: breaches[0]! })
  },
)
