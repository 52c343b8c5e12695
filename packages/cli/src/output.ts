import { once, type EventEmitter } from 'node:events'
import { open, rename, rm } from 'node:fs/promises'
import { CommandError } from './command-error.ts'
import type { Screen } from './terminal.ts'

/** Where a command writes much, as fast as it is taken. */
export interface Output {
  write(data: string | Uint8Array): Promise<void>
  /** What was written stays. */
  done(): Promise<void>
  /** What was written is worth nothing; nothing stays where that can be. */
  drop(): Promise<void>
}

/** Standard output, for a pipe. */
export function screenOutput(screen: Screen): Output {
  return {
    async write(data) {
      const took = (screen.write as (data: string | Uint8Array) => unknown).call(screen, data)
      if (took === false) await once(screen as unknown as EventEmitter, 'drain')
    },
    done: async () => undefined,
    drop: async () => undefined,
  }
}

/**
 * A new file, for its owner's eyes only, under another name until it is whole.
 *
 * @throws {CommandError} when there is one of this name, or it cannot be made
 */
export async function fileOutput(path: string): Promise<Output> {
  const part = `${path}.part`
  const refuse = (error: NodeJS.ErrnoException): never => {
    throw new CommandError(
      error.code === 'EEXIST' ? `${path} is there already` : `${path} cannot be written: ${error.message}`,
    )
  }
  const place = await open(path, 'wx', 0o600).catch(refuse)
  await place.close()
  const file = await open(part, 'w', 0o600).catch(refuse)
  return {
    async write(data) {
      await file.writeFile(data)
    },
    async done() {
      await file.sync()
      await file.close()
      await rename(part, path)
    },
    async drop() {
      await file.close()
      await rm(part, { force: true })
      await rm(path, { force: true })
    },
  }
}
