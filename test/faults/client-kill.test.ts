import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/programs.ts'
import { chance, figures, FULL, SEED } from './collector-chance.ts'

const KILLS = FULL ? 200 : 20
const PEER = new URL('peers/spooling.ts', import.meta.url).pathname

test(
  'kill -9 of a client at any moment, also between pointer and unlink, loses nothing that was spooled',
  async () => {
    const random = chance(SEED)
    const folder = await temporaryFolder()
    const log = join(folder, 'log')
    const run = (task: string, dieAt: number) =>
      spawn(process.execPath, [PEER, join(folder, 'spool'), log, task, String(dieAt)], { stdio: 'ignore' })
    let between = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const atUnlink = kill % 2 === 0
      const peer = run('both', atUnlink ? 1 + random(5) : 0)
      const gone = once(peer, 'exit')
      await Promise.race([gone, pause(atUnlink ? 5000 : 150 + random(250))])
      if (atUnlink && peer.signalCode === 'SIGKILL') between++
      peer.kill('SIGKILL')
      await gone
    }
    const [code] = await once(run('drain', 0), 'exit')
    expect(code).toBe(0)
    const ids = async (what: string) => (await readFile(`${log}.${what}`, 'utf8')).trim().split('\n')
    const kept = await ids('kept')
    const delivered = await ids('delivered')
    const arrived = new Set(delivered)
    const missing = kept.filter((id) => !arrived.has(id))
    figures('client kill -9 with a spool', {
      kills: KILLS,
      between_pointer_and_unlink: between,
      spooled: kept.length,
      delivered_again: delivered.length - arrived.size,
      missing: missing.length,
    })
    expect(between).toBeGreaterThan(0)
    expect(kept.length).toBeGreaterThan(KILLS)
    expect(missing).toEqual([])
  },
  FULL ? 600_000 : 60_000,
)
