import type { DatabaseSync } from 'node:sqlite'
import type { FieldErrors, HubEvent } from '@hubline/core/wire'
import type { EventDefinition } from '../store/vocabularies.ts'
import { Definitions, systemsOf } from './definitions.ts'
import { type Check, checkOf } from './json-schema.ts'
import type { ValidateMode } from './mode.ts'
import { readRevisions, readSystems } from './published.ts'

/** Holds incoming events to the vocabularies that were published. What is not published costs nothing. */
export class Judge {
  readonly mode: ValidateMode
  readonly #catalog: DatabaseSync
  #systems: ReadonlySet<string> = new Set()
  #definitions = new Map<string, Definitions>()
  #checks = new WeakMap<EventDefinition, Check>()

  constructor(catalog: DatabaseSync, mode: ValidateMode) {
    this.mode = mode
    this.#catalog = catalog
    this.learn()
  }

  /** Reads anew which vocabularies there are. */
  learn(): void {
    if (this.mode === 'off') return
    this.#systems = new Set(readSystems(this.#catalog))
    this.#definitions = new Map()
  }

  /** What of an event's payload is not as its vocabulary says, by field; undefined where all is, or it has none. */
  violations(event: HubEvent): FieldErrors | undefined {
    if (this.#systems.size === 0) return undefined
    const definition = this.#define(event)
    if (!definition) return undefined
    let check = this.#checks.get(definition)
    if (!check) this.#checks.set(definition, (check = checkOf(definition.schema)))
    return check(event.payload)
  }

  #define(event: HubEvent): EventDefinition | undefined {
    for (const system of systemsOf(event)) {
      const found = this.#systems.has(system) && this.#of(system).find(event.type, event.version)
      if (found) return found
    }
    return undefined
  }

  #of(system: string): Definitions {
    let definitions = this.#definitions.get(system)
    if (!definitions) {
      definitions = new Definitions(readRevisions(this.#catalog, system))
      this.#definitions.set(system, definitions)
    }
    return definitions
  }
}
