/** Distinct lines that are remembered; later ones are left out. */
const MOST = 200

/** Says each line once: what is wrong with a call is wrong each time it runs. */
export class Once {
  readonly #said = new Set<string>()

  say(line: string, say: (line: string) => void): void {
    if (this.#said.has(line) || this.#said.size >= MOST) return
    this.#said.add(line)
    say(line)
  }
}
