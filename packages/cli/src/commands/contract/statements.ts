import { readFile } from 'node:fs/promises'
import type { DescribedEvent, DescribedVocabulary } from '@hubline/core/wire'
import { CommandError, EXIT } from '../../command-error.ts'
import type { Change } from './changes.ts'

/** What somebody cannot go on with. */
export interface Finding extends Change {
  event: string
}

/**
 * What a file of JSON says of one who reads or sends events.
 *
 * @param understand gives nothing for what is no such statement
 * @throws {CommandError} that says what is `wanted`
 */
export async function readStatement<T>(
  file: string,
  understand: (said: object) => T | undefined,
  wanted: string,
): Promise<T> {
  let said: unknown
  try {
    said = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`, EXIT.usage, 'usage')
  }
  const found = understand(Object(said) as object)
  if (found !== undefined) return found
  throw new CommandError(`${file} is no ${wanted}`, EXIT.usage, 'usage')
}

/** The names of all events, with their system where they do not say it themselves. */
export function allEvents(vocabularies: readonly DescribedVocabulary[]): string[] {
  const names = vocabularies.flatMap(({ system, events }) =>
    events.map(({ type }) => (type.startsWith(`${system}.`) ? type : `${system}:${type}`)),
  )
  return [...new Set(names)]
}

/** The versions of an event, the newest first. */
export function eventsNamed(vocabularies: readonly DescribedVocabulary[], name: string): DescribedEvent[] {
  const [, system, type = name] = /^([^:]+):(.+)$/.exec(name) ?? []
  return vocabularies
    .filter((each) => system === undefined || each.system === system)
    .flatMap(({ events }) => events)
    .filter((event) => event.type === type)
    .toSorted((a, b) => b.version - a.version)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
