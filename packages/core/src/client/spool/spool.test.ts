import { open, readdir, readFile, rename, stat, truncate, unlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { DISK, type Disk } from './disk.ts'
import { claimed, drain, keep, leftBehind, records, said, spoolIn, temporary } from './test-spool.ts'

it('gives back what it was given, oldest first, and leaves nothing behind', async () => {
  const folder = await temporary()
  const { spool, lane } = spoolIn(folder)
  for (const texts of [['a', 'b', 'ü'], ['c'], ['d', 'e']]) expect(await keep(lane, ...texts)).toBe('kept')
  expect([lane.own, lane.inherited]).toEqual([6, 0])
  expect(await drain(lane, 2)).toEqual(['a', 'b', 'ü', 'c', 'd', 'e'])
  expect([lane.own, spool.stats().bytes]).toEqual([0, 0])
  await spool.close()
  expect(await readdir(join(folder, 'shop@test'))).toEqual([])
})

it('lets nobody else read it', async () => {
  const folder = await temporary()
  const { lane } = spoolIn(join(folder, 'spool'))
  await keep(lane, 'a')
  const modes: number[] = []
  for (let at = join(folder, 'spool'); ;) {
    modes.push((await stat(at)).mode & 0o777)
    if (!(await stat(at)).isDirectory()) break
    at = join(at, (await readdir(at))[0]!)
  }
  expect(modes).toEqual([0o700, 0o700, 0o700, 0o600])
})

it('takes over what a process that is gone has left, before its own, once', async () => {
  const folder = await temporary()
  await leftBehind(folder, ['a', 'b'], ['c'])
  const [first, second] = await Promise.all([claimed(folder), claimed(folder, { instance: 'two' })])
  const { lane } = first.lane.empty ? second : first
  expect([first.lane.inherited, second.lane.inherited].sort()).toEqual([0, 3])
  await keep(lane, 'own')
  expect(await drain(lane)).toEqual(['a', 'b', 'c', 'own'])
})

it('leaves alone what belongs to a live process, to another service and to another environment', async () => {
  const folder = await temporary()
  const { lane } = spoolIn(folder)
  await keep(lane, 'live')
  await leftBehind(folder, ['a'])
  for (const options of [{ source: 'other' }, { env: 'production' }]) {
    expect((await claimed(folder, options)).lane.empty).toBe(true)
  }
  expect(await drain((await claimed(folder)).lane)).toEqual(['a'])
  expect(lane.own).toBe(1)
})

it('goes on where the last process stopped in the middle of a segment', async () => {
  const folder = await temporary()
  await leftBehind(folder, ['a', 'b', 'c', 'd'], ['e'])
  const first = await claimed(folder)
  const chunk = (await first.lane.next(3, 1e6))!
  await chunk.settle(2)
  await first.spool.close()
  const second = await claimed(folder)
  expect(second.lane.inherited).toBe(3)
  expect(await drain(second.lane)).toEqual(['c', 'd', 'e'])
})

it('never sends a segment again that was delivered but not removed', async () => {
  const folder = await temporary()
  await leftBehind(folder, ['a'], ['b'])
  const stuck: Disk = { ...DISK, unlink: () => Promise.reject(new Error('stuck')) }
  const first = await claimed(folder, { disk: stuck })
  await (await first.lane.next(1, 1e6))!.settle(1)
  await first.spool.close()
  expect(await drain((await claimed(folder)).lane)).toEqual(['b'])
})

it('makes the pointer durable before it removes what the pointer has passed', async () => {
  const folder = await temporary()
  const steps: string[] = []
  const watched: Disk = {
    ...DISK,
    open: async (...args: Parameters<typeof open>) => {
      const handle = await open(...args)
      const name = (await handle.stat()).isDirectory() ? 'folder' : basename(String(args[0]))
      const { sync } = handle
      handle.sync = () => {
        steps.push(`sync ${name}`)
        return sync.call(handle)
      }
      return handle
    },
    rename: (from, to) => {
      steps.push(`rename to ${basename(String(to))}`)
      return rename(from, to)
    },
    unlink: (file) => {
      steps.push('unlink')
      return unlink(file)
    },
  }
  const { lane } = spoolIn(folder, { disk: watched })
  await keep(lane, 'a')
  expect(steps.splice(0)).toEqual(['sync 000000000001.events.1.1.spool', 'sync folder'])
  await drain(lane)
  expect(steps).toEqual(['sync pointer.events.new', 'rename to pointer.events', 'sync folder', 'unlink'])
})

it('loses at most what a flipped bit or a cut touches, and counts it', async () => {
  const seed = Date.now() % 1e6
  let state = seed
  const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below
  console.log(`seed ${seed}`)
  for (let round = 0; round < 25; round++) {
    const folder = await temporary()
    const files = await leftBehind(folder, ['aa', 'ab', 'ac'], ['ba', 'bb', 'bc'], ['ca', 'cb', 'cc'])
    const victim = random(3)
    const bytes = await readFile(files[victim]!)
    if (round % 2) await truncate(files[victim]!, random(bytes.length))
    else {
      const at = random(bytes.length)
      bytes[at] = bytes[at]! ^ (1 << random(8))
      await writeFile(files[victim]!, bytes)
    }
    const { lane, spool } = await claimed(folder)
    const got = await drain(lane)
    const whole = 'abc'.replace('abc'[victim]!, '')
    expect(got).toEqual(expect.arrayContaining([...whole].flatMap((s) => [`${s}a`, `${s}b`, `${s}c`])))
    expect(got.length + spool.stats().inherited_lost).toBe(9)
    expect(new Set(got).size).toBe(got.length)
    expect(await readdir(join(folder, 'shop@test', 'damaged'))).toHaveLength(1)
  }
})

it('stays within its bytes: the least important and oldest goes, and is counted', async () => {
  const { lane, lost, spool } = spoolIn(await temporary(), { maxBytes: 100 })
  const write = (text: string, rank: number) => lane.write(records(text.repeat(20)), rank, () => {})
  for (const [text, rank] of [
    ['a', 2],
    ['b', 0],
    ['c', 1],
  ] as const)
    await write(text, rank)
  expect(await write('d', 1)).toBe('kept')
  expect(lost).toEqual({ spool_full: 1 })
  expect(await write('e', 0)).toBe('full')
  expect(spool.stats().bytes).toBeLessThanOrEqual(100)
  expect((await drain(lane)).map((text) => text[0])).toEqual(['a', 'c', 'd'])
})

it('says when the disk is full, leaves it alone for a while and loses nothing itself', async () => {
  let full = true
  const disk: Disk = {
    ...DISK,
    open: (...args: Parameters<typeof open>) =>
      full
        ? Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }))
        : open(...args),
  }
  const { lane, spool } = spoolIn(await temporary(), { disk })
  said.length = 0
  expect(await keep(lane, 'a')).toBe('failed')
  expect([lane.usable, lane.own, spool.stats().bytes]).toEqual([false, 0, 0])
  expect(said.join()).toContain('no space left')
  full = false
  expect(await keep(lane, 'a')).toBe('kept')
})

it('keeps what it can when there is no time to wait', async () => {
  const folder = await temporary()
  const { lane, spool } = spoolIn(folder)
  await keep(lane, 'a')
  const undo = lane.writeSync(records('b'), 3)!
  expect(lane.writeSync(records('c'), 3)).toBeTypeOf('function')
  undo()
  await spool.close()
  expect(await drain((await claimed(folder)).lane)).toEqual(['a', 'c'])
})
