import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { expect, it } from 'vitest'
import { DISK, type Disk } from './disk.ts'
import { claimed, drain, keep, spoolIn, temporary } from './test-spool.ts'

function gate() {
  let open!: () => void
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { passed, open }
}

it('delivers nothing before what is still being written before it, so that no pointer passes that', async () => {
  const folder = await temporary()
  const second = gate()
  const first = gate()
  const disk: Disk = {
    ...DISK,
    open: async (...args: Parameters<typeof open>) => {
      const handle = await open(...args)
      const { sync, close } = handle
      const name = basename(String(args[0]))
      if (name.startsWith('000000000001.')) handle.sync = () => first.passed.then(() => sync.call(handle))
      // The last step of a write, which the first has not come to.
      else if (!name.includes('.events.')) handle.close = () => close.call(handle).then(second.open)
      return handle
    },
  }
  const { lane, spool } = spoolIn(folder, { disk })
  const writes = Promise.all([keep(lane, 'FIRST'), keep(lane, 'SECOND')])
  await second.passed
  await new Promise(setImmediate)
  const early = await drain(lane)
  first.open()
  expect(await writes).toEqual(['kept', 'kept'])
  expect(early).toEqual([])
  await spool.close()
  const next = await claimed(folder)
  expect(await drain(next.lane)).toEqual(['FIRST', 'SECOND'])
  expect(next.spool.stats().inherited_lost).toBe(0)
})

it('hands out what was written after a write that failed', async () => {
  const disk: Disk = {
    ...DISK,
    open: (...args: Parameters<typeof open>) =>
      basename(String(args[0])).startsWith('000000000001.') ? Promise.reject(new Error('no')) : open(...args),
  }
  const { lane } = spoolIn(await temporary(), { disk })
  expect(await Promise.all([keep(lane, 'FIRST'), keep(lane, 'SECOND')])).toEqual(['failed', 'kept'])
  expect(await drain(lane)).toEqual(['SECOND'])
})
