import type { Logger } from '../logger.ts'

/** What the active capture sees, and what it cannot. */
export interface Coverage {
  /** `express 5 (diagnostics channel)`, say. */
  tier: string
  blind: readonly string[]
}

/** The ways of capture that are active; each is said once, in a debug line. */
export class CoverageList {
  readonly all: Coverage[] = []
  readonly #source: string
  readonly #logger: Logger

  constructor(source: string, logger: Logger) {
    this.#source = source
    this.#logger = logger
  }

  add(coverage: Coverage): void {
    const { tier, blind } = coverage
    if (this.all.some((known) => known.tier === tier)) return
    this.all.push(coverage)
    const unseen = blind.join('; ') || 'nothing known'
    this.#logger.debug(`[HUB] ${this.#source} is captured by ${tier}; not seen: ${unseen}`)
  }
}
