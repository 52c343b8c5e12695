import type { DatabaseSync } from 'node:sqlite'
import type { HubEvent } from '@hubline/core/wire'
import type { ServedEvent } from '../store/events.ts'
import type { DefinedEvent, VocabularyStore } from '../store/vocabularies.ts'
import { Definitions, systemsOf } from './definitions.ts'
import { checkOf } from './json-schema.ts'
import { readNewest, readRevisions } from './published.ts'

/** What a reader thread answers of vocabularies. */
export type VocabularyQueries = {
  [Name in Exclude<keyof VocabularyStore, 'changeVocabulary'>]: (
    ...args: Parameters<VocabularyStore[Name]>
  ) => Awaited<ReturnType<VocabularyStore[Name]>>
}

/** @param find the event that has an id. */
export function vocabularyQueries(
  catalog: DatabaseSync,
  find: (id: string, source?: string) => ServedEvent | undefined,
): VocabularyQueries {
  return {
    vocabularies: () => readNewest(catalog),
    vocabulary: (system, revision) =>
      readRevisions(catalog, system).find((each) => revision === undefined || each.revision === revision),
    definedEvent(id, source) {
      const found = find(id, source)
      return found && define(catalog, JSON.parse(found.json) as HubEvent)
    },
  }
}

function define(catalog: DatabaseSync, event: HubEvent): DefinedEvent {
  for (const system of systemsOf(event)) {
    const definition = new Definitions(readRevisions(catalog, system)).find(event.type, event.version)
    if (definition) return { definition, violations: checkOf(definition.schema)(event.payload) ?? {} }
  }
  return { definition: null, violations: {} }
}
