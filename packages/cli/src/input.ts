import { CommandError, EXIT } from './command-error.ts'

const MAX_BYTES = 512 * 1024

/**
 * All of stdin, as text.
 *
 * @throws {CommandError} for more than an event can hold
 */
export async function readInput(): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES)
      throw new CommandError(`stdin has more than ${MAX_BYTES} bytes`, EXIT.usage, 'usage')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
