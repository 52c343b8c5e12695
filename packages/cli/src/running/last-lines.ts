import { stripVTControlCharacters } from 'node:util'

const MAX_BYTES = 8 * 1024

/** Keeps the last 8 KiB of what passes, however much that is. */
export class LastLines {
  #kept: Uint8Array = new Uint8Array()
  #cut = false

  add(chunk: Uint8Array): void {
    const all = Buffer.concat([this.#kept, chunk])
    this.#cut ||= all.byteLength > MAX_BYTES
    this.#kept = all.subarray(Math.max(0, all.byteLength - MAX_BYTES))
  }

  /** As text without colours; a first line that is not whole is left out where there are others. */
  get text(): string {
    const text = Buffer.from(this.#kept).toString('utf8')
    const whole = this.#cut && text.includes('\n') ? text.slice(text.indexOf('\n') + 1) : text
    return stripVTControlCharacters(whole).trim()
  }
}
