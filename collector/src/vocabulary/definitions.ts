import { readVocabulary } from '@hubline/core/wire'
import type { EventDefinition, PublishedVocabulary } from '../store/vocabularies.ts'

/** What an event is known by. */
export interface EventName {
  type: string
  source: string
  version: number
}

/**
 * The systems whose vocabulary may know an event: the one that its type names (`shop.order.placed`), which says whose it is
 * whoever sends it, else the source.
 */
export function systemsOf({ type, source }: Pick<EventName, 'type' | 'source'>): string[] {
  const named = type.slice(0, Math.max(0, type.indexOf('.')))
  return named === '' || named === source ? [source] : [named, source]
}

/** The definitions of a system's events, by type and version; of several revisions the newest that has it. */
export class Definitions {
  /** The newest first. */
  readonly #byType = new Map<string, EventDefinition[]>()

  constructor(newestFirst: readonly PublishedVocabulary[]) {
    for (const { system, revision, document } of newestFirst) {
      const vocabulary = readVocabulary(document)
      if ('errors' in vocabulary) continue
      for (const { data: schema, ...event } of vocabulary.events) {
        const known = this.#byType.get(event.type) ?? []
        if (known.some(({ version }) => version === event.version)) continue
        this.#byType.set(event.type, [...known, { system, revision, ...event, schema }])
      }
    }
  }

  /** A version that no revision has is held to the newest. */
  find(type: string, version: number): EventDefinition | undefined {
    const known = this.#byType.get(type)
    return known?.find((each) => each.version === version) ?? known?.[0]
  }
}
