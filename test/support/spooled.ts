import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HubEvent } from '@hubline/core'

const HEADER_BYTES = 12

/**
 * The events of a spool as they stand on disk, by nobody's help: records of a length, a checksum and a count of 32 bits each,
 * then JSON.
 */
export async function spooledEvents(folder: string): Promise<HubEvent[]> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => [])
  // A file that was being written in the moment of a crash is there beside what the crash wrote.
  const events = new Map<string, HubEvent>()
  for (const name of names.filter((name) => name.includes('.events.') && name.endsWith('.spool'))) {
    const bytes = await readFile(join(folder, name))
    for (let at = 0; at + HEADER_BYTES < bytes.length;) {
      const end = at + HEADER_BYTES + bytes.readUInt32BE(at)
      // The end of a file that was being written when its process was killed.
      if (end > bytes.length) break
      const event = JSON.parse(bytes.toString('utf8', at + HEADER_BYTES, end)) as HubEvent
      events.set(event.id, event)
      at = end
    }
  }
  return [...events.values()].sort((a, b) => a.seq! - b.seq!)
}
