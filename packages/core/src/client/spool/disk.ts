import { closeSync, fsyncSync, mkdirSync, openSync, promises, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** What a spool does with files, for tests to watch and to break. */
export type Disk = Pick<
  typeof promises,
  | 'chmod'
  | 'lstat'
  | 'mkdir'
  | 'open'
  | 'readdir'
  | 'readFile'
  | 'rename'
  | 'rm'
  | 'rmdir'
  | 'unlink'
  | 'utimes'
>
export const DISK: Disk = promises

const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700

/** Makes `folder` and what leads to it, for its owner alone. */
export async function makeFolder(disk: Disk, folder: string): Promise<void> {
  await disk.mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER })
}

/** Writes a new file; when it resolves, the file survives the power going. */
export async function writeNew(disk: Disk, file: string, bytes: Uint8Array): Promise<void> {
  await writeWith(disk, file, 'wx', bytes)
  await syncFolder(disk, dirname(file))
}

/** Writes or replaces a file, at once and for good: whoever reads it finds the old or the new text. */
export async function replace(disk: Disk, file: string, text: string): Promise<void> {
  const fresh = `${file}.new`
  try {
    await writeWith(disk, fresh, 'w', Buffer.from(text))
  } catch (error) {
    await disk.rm(fresh, { force: true })
    throw error
  }
  await disk.rename(fresh, file)
  await syncFolder(disk, dirname(file))
}

async function writeWith(disk: Disk, file: string, flags: string, bytes: Uint8Array): Promise<void> {
  const handle = await disk.open(file, flags, PRIVATE_FILE)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A file's name is durable only when its folder is. */
async function syncFolder(disk: Disk, folder: string): Promise<void> {
  // Windows cannot open a folder, and keeps names durable by itself.
  if (process.platform === 'win32') return
  const handle = await disk.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** `writeNew` for a process that cannot wait. */
export function writeNewSync(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true, mode: PRIVATE_FOLDER })
  const handle = openSync(file, 'wx', PRIVATE_FILE)
  try {
    for (let at = 0; at < bytes.byteLength;) at += writeSync(handle, bytes, at)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
