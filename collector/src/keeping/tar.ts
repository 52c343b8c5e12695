/** One file of an archive; `content` must have `bytes` bytes. */
export interface TarFile {
  /** At most 100 bytes, parts separated by `/`. */
  name: string
  bytes: number
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

const BLOCK = 512
/** What 11 octal digits can say. */
const MOST_BYTES = 8 ** 11 - 1

/**
 * The bytes of a tar archive (POSIX ustar) of some files, each readable by its owner alone. An archive that was cut off lacks
 * the two empty blocks at the end.
 *
 * @throws {Error} when a file is not what it says, as soon as that is seen
 */
export async function* tar(files: AsyncIterable<TarFile>, modifiedMs: number): AsyncGenerator<Uint8Array> {
  for await (const { name, bytes, content } of files) {
    yield header(name, bytes, modifiedMs)
    let written = 0
    for await (const chunk of content) {
      written += chunk.byteLength
      if (written > bytes) break
      yield chunk
    }
    if (written !== bytes) throw new Error(`${name} has another size than the ${bytes} bytes it was to have`)
    const rest = bytes % BLOCK
    if (rest > 0) yield Buffer.alloc(BLOCK - rest)
  }
  yield Buffer.alloc(2 * BLOCK)
}

function header(name: string, bytes: number, modifiedMs: number): Buffer {
  if (Buffer.byteLength(name) > 100 || bytes > MOST_BYTES)
    throw new Error(`${name} does not fit in a tar archive`)
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')
  block.write(name, 0)
  block.write(octal(0o600, 7), 100)
  block.write(octal(0, 7), 108)
  block.write(octal(0, 7), 116)
  block.write(octal(bytes, 11), 124)
  block.write(octal(Math.floor(modifiedMs / 1000), 11), 136)
  // The checksum is made with spaces in its own place.
  block.write(' '.repeat(8), 148)
  block.write('0', 156)
  block.write('ustar\u000000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 6)}\u0000 `, 148)
  return block
}
