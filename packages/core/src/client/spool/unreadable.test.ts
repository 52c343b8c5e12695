import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { Claims } from './claims.ts'
import { DISK, type Disk } from './disk.ts'
import type { Segment } from './segment.ts'
import { drain, keep, leftBehind, said, spoolIn, temporary } from './test-spool.ts'

/** A disk whose segments cannot be read while `code` is set. */
function ailing(code: string | undefined) {
  const state = { code, reads: 0 }
  const fail = (file: unknown): boolean =>
    state.code !== undefined && basename(String(file)).endsWith('.spool')
  const disk = {
    ...DISK,
    readFile: (...args: Parameters<typeof readFile>) => {
      if (!fail(args[0])) return readFile(...args)
      state.reads++
      return Promise.reject(Object.assign(new Error(`${state.code}: open`), { code: state.code }))
    },
  } as Disk
  return { state, disk }
}

function later(ms: number): void {
  const then = performance.now() + ms
  const clock = vi.spyOn(performance, 'now').mockReturnValue(then)
  onTestFinished(() => clock.mockRestore())
}

it.each(['EMFILE', 'ENFILE', 'EIO', 'EACCES'])('keeps what %s hides, and tries again later', async (code) => {
  const { state, disk } = ailing(code)
  const { lane, lost, spool } = spoolIn(await temporary(), { disk })
  await keep(lane, 'a', 'b')
  said.length = 0
  expect(await drain(lane)).toEqual([])
  expect(await drain(lane)).toEqual([])
  expect([state.reads, lane.own, lane.readable, lane.usable]).toEqual([1, 2, false, true])
  expect(said).toEqual([expect.stringContaining(code)])
  state.code = undefined
  later(5001)
  expect(await drain(lane)).toEqual(['a', 'b'])
  expect([lost, spool.stats().bytes]).toEqual([{}, 0])
})

it('may evict what it could not read', async () => {
  const { disk } = ailing('EMFILE')
  const { lane, lost } = spoolIn(await temporary(), { disk, maxBytes: 40 })
  await keep(lane, 'a'.repeat(20))
  await lane.next(1, 1e6)
  expect(await keep(lane, 'b'.repeat(20))).toBe('kept')
  expect(lost).toEqual({ spool_full: 1 })
})

it('counts a file that is gone as lost', async () => {
  const { state, disk } = ailing('ENOENT')
  const { lane, lost } = spoolIn(await temporary(), { disk })
  await keep(lane, 'a', 'b')
  expect(await drain(lane)).toEqual([])
  expect([lost, state.reads]).toEqual([{ corrupt: 2 }, 1])
})

it('takes over what it could not look at the first time', async () => {
  const folder = await temporary()
  await leftBehind(folder, ['a'])
  let short = true
  const disk: Disk = {
    ...DISK,
    lstat: ((...args: Parameters<Disk['lstat']>) => {
      if (!short || !String(args[0]).endsWith('.spool')) return DISK.lstat(...args)
      short = false
      return Promise.reject(Object.assign(new Error('EMFILE: lstat'), { code: 'EMFILE' }))
    }) as Disk['lstat'],
  }
  const found: Segment[] = []
  const claims = new Claims(join(folder, 'shop@test'), disk, (segments) => found.push(...segments))
  await claims.look()
  expect(found).toEqual([])
  await claims.look()
  expect(found).toMatchObject([{ number: 1, items: 1 }])
})
