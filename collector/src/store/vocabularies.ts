import type { FieldErrors, JsonSchema, Severity } from '@hubline/core/wire'

/** A vocabulary as it was published. */
export interface PublishedVocabulary {
  system: string
  /** Counts what is new of a system, from 1. */
  revision: number
  /** Milliseconds since the epoch. */
  publishedAt: number
  /** Its JSON Schema. */
  document: JsonSchema
}

export type VocabularyChange =
  | { kind: 'publish'; system: string; document: JsonSchema; at: number }
  | { kind: 'remove'; system: string }

/** What a vocabulary says of an event that is stored. */
export interface EventDefinition {
  system: string
  revision: number
  type: string
  version: number
  summary?: string
  severity: Severity
  /** JSON Schema of the payload. */
  schema: JsonSchema
}

/** A stored event beside what is known of its type. */
export interface DefinedEvent {
  /** Null where no vocabulary knows the type. */
  definition: EventDefinition | null
  /** What of its payload is not as the definition says, by field; empty where all is. */
  violations: FieldErrors
}

/** The vocabularies that were published here. */
export interface VocabularyStore {
  /** The newest of each system, by system. */
  vocabularies(): Promise<PublishedVocabulary[]>
  /** The newest of a system, or an older one; undefined when there is none. */
  vocabulary(system: string, revision?: number): Promise<PublishedVocabulary | undefined>
  /** Makes a new revision where the document is another than the newest; removes all of a system. */
  changeVocabulary(change: VocabularyChange): Promise<void>
  /** Undefined when there is no such event. */
  definedEvent(id: string, source?: string): Promise<DefinedEvent | undefined>
}
