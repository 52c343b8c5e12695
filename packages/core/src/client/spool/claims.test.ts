import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { Claims } from './claims.ts'
import { DISK } from './disk.ts'
import { isAlive } from './owner.ts'
import type { Segment } from './segment.ts'

/** Of a process in another container: its pid says nothing here. */
const ELSEWHERE = 'one~0123456789~1~5~00000000'
const SEGMENT = '000000000001.events.1.3.spool'

async function world() {
  const home = await mkdtemp(join(tmpdir(), 'claims-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const theirs = join(home, ELSEWHERE)
  await mkdir(theirs)
  await writeFile(join(theirs, SEGMENT), 'x')
  const clock = { now: 1e6 }
  const found: Segment[] = []
  const claims = new Claims(
    home,
    DISK,
    (segments) => found.push(...segments),
    () => clock.now,
  )
  /** Looks again after so many seconds. */
  const after = async (seconds: number): Promise<number> => {
    clock.now += seconds * 1000
    await claims.look()
    return found.length
  }
  return { home, theirs, clock, claims, found, after }
}

it('takes over a folder from elsewhere when it has given no sign for 35 seconds, and not before', async () => {
  const { home, after, found } = await world()
  expect(await after(0)).toBe(0)
  for (const seconds of [10, 10, 10, 5]) expect(await after(seconds)).toBe(0)
  expect(await after(0.001)).toBe(1)
  expect(found).toMatchObject([{ number: 1, signal: 'events', items: 3, own: false }])
  const [name, ...more] = await readdir(home)
  expect([name!.startsWith('one~'), isAlive(name!), more]).toEqual([true, true, []])
})

it('leaves it to a process that gives signs, whatever its clock says', async () => {
  const { theirs, after } = await world()
  await after(0)
  // Their wall clock is wrong, and jumps back and forth.
  for (const seconds of [100, 2e9, 5, 4e9, 90]) {
    await utimes(theirs, seconds, seconds)
    expect(await after(34)).toBe(0)
  }
  expect(await after(36)).toBe(1)
})

it('counts from the first look, however old the folder is', async () => {
  const { theirs, after } = await world()
  await utimes(theirs, 100, 100)
  expect(await after(1e6)).toBe(0)
  expect(await after(35.001)).toBe(1)
})

it('gives signs of its own, in the folders that it has and in those that it took over', async () => {
  const { home, claims, after } = await world()
  const mine = join(home, 'mine')
  await mkdir(mine)
  claims.own(mine)
  await after(0)
  await after(36)
  expect(claims.folders.size).toBe(2)
  for (const folder of claims.folders) await utimes(folder, 100, 100)
  await after(10)
  for (const folder of claims.folders) {
    expect((await DISK.lstat(folder)).mtimeMs).toBeGreaterThan(100_000)
  }
})

it('lets one of several take a folder over', async () => {
  const { home, clock, claims, found } = await world()
  const others: Segment[] = []
  const rival = new Claims(
    home,
    DISK,
    (segments) => others.push(...segments),
    () => clock.now,
  )
  await Promise.all([claims.look(), rival.look()])
  clock.now += 36_000
  await Promise.all([claims.look(), rival.look()])
  expect(found.length + others.length).toBe(1)
})

it('cannot tell of a process in another pid namespace, which has pids of its own', ({ skip }) => {
  const say = "import('./owner.ts').then(({ ownName }) => console.log(ownName('one'), process.pid))"
  const { status, stdout } = spawnSync('unshare', ['--pid', '--fork', process.execPath, '-e', say], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  if (status !== 0) return skip('a pid namespace of its own needs root')
  const [name, pid] = stdout.trim().split(' ')
  expect(Number(pid)).toBeLessThan(10)
  expect(isAlive(name!)).toBeUndefined()
})
