import { join } from 'node:path'
import { type Disk, replace } from './disk.ts'
import type { Segment, SpoolSignal } from './segment.ts'

/** How far one signal of a folder has been delivered. */
export interface Pointer {
  segment: number
  offset: number
  /** Delivered, or lost and counted, of that segment. */
  done: number
}

export const pointerFile = (folder: string, signal: SpoolSignal): string => join(folder, `pointer.${signal}`)

/** Says durably that everything before `offset` of `segment` has been delivered. */
export async function movePointer(disk: Disk, { folder, signal }: Segment, pointer: Pointer): Promise<void> {
  await replace(disk, pointerFile(folder, signal), JSON.stringify(pointer))
}

/** @returns undefined when there is none that can be read: then everything is delivered once more */
export async function readPointer(
  disk: Disk,
  folder: string,
  signal: SpoolSignal,
): Promise<Pointer | undefined> {
  try {
    const read = JSON.parse(await disk.readFile(pointerFile(folder, signal), 'utf8')) as Pointer
    const { segment, offset, done } = read
    return [segment, offset, done].every((n) => Number.isSafeInteger(n) && n >= 0) ? read : undefined
  } catch {
    return undefined
  }
}
