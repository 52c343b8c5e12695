import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'

/** Lines of text, one for each turn of the event loop; breaks at the end when it `fails`. */
export function flow(count: number, size: number, fails = false): Readable {
  async function* lines(): AsyncGenerator<string> {
    for (let line = 0; line < count; line++) {
      await turn()
      yield `${line}:${'x'.repeat(size)}\n`
    }
    if (fails) throw new Error('the source broke')
  }
  return Readable.from(lines(), { objectMode: false })
}
