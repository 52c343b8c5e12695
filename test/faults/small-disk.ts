import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/programs.ts'

/** A file system of its own, so many megabytes large; undefined where that cannot be had. */
export async function smallDisk(megabytes: number): Promise<string | undefined> {
  const path = await temporaryFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  onTestFinished(() => void execFileSync('umount', ['-l', path]))
  return path
}

/** Takes all room but `leave` bytes. @returns the file to remove. */
export async function fill(disk: string, leave: number, name = 'filler'): Promise<string> {
  const file = join(disk, name)
  const { bavail, bsize } = await statfs(disk)
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - leave)))
  return file
}
