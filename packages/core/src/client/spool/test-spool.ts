import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { releasedName } from './owner.ts'
import type { Packed } from './record.ts'
import type { Lane } from './lane.ts'
import { Spool, type SpoolOptions } from './spool.ts'

interface Opened {
  spool: Spool
  lane: Lane
  lost: Record<string, number>
}

export const said: string[] = []
const logger = { error() {}, warn: (line: string) => void said.push(line), info() {}, debug() {} }

export async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spool-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export function spoolIn(folder: string, options: Partial<SpoolOptions> = {}): Opened {
  const spool = new Spool({
    folder,
    source: 'shop',
    env: 'test',
    instance: 'one',
    maxBytes: 1e6,
    logger,
    ...options,
  })
  const lane = spool.lane('events')
  const lost: Record<string, number> = {}
  lane.onLoss = (reason, count) => (lost[reason] = (lost[reason] ?? 0) + count)
  onTestFinished(() => spool.close())
  return { spool, lane, lost }
}

export const records = (...texts: string[]): Packed[] =>
  texts.map((text) => ({ body: Buffer.from(text), items: 1 }))
export const keep = (lane: Lane, ...texts: string[]): ReturnType<Lane['write']> =>
  lane.write(records(...texts), 1, () => {})

export async function drain(lane: Lane, most = 100): Promise<string[]> {
  const texts: string[] = []
  for (;;) {
    const chunk = await lane.next(most, 1e6)
    if (!chunk) return texts
    texts.push(...chunk.records.map(({ body }) => Buffer.from(body).toString()))
    await chunk.settle(chunk.records.length)
  }
}

/** What a process that was killed leaves: a folder of nobody's, with these segments. */
export async function leftBehind(folder: string, ...segments: string[][]): Promise<string[]> {
  const home = join(folder, 'shop@test')
  const others = await readdir(home).catch((): string[] => [])
  const { spool, lane } = spoolIn(folder)
  for (const texts of segments) await keep(lane, ...texts)
  const name = (await readdir(home)).find((each) => !others.includes(each))
  const left = join(home, releasedName(name!))
  await rename(join(home, name!), left)
  await spool.close()
  return (await readdir(left)).sort().map((file) => join(left, file))
}

export async function claimed(folder: string, options: Partial<SpoolOptions> = {}): Promise<Opened> {
  const all = spoolIn(folder, options)
  await new Promise<void>((resolve) => {
    all.lane.onArrival = resolve
    all.spool.open()
    setTimeout(resolve, 1000)
  })
  return all
}
