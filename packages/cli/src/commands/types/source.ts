import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type DescribedVocabulary, type JsonSchema, readVocabulary } from '@hubline/core/wire'
import { CommandError, EXIT } from '../../command-error.ts'
import { ask } from '../../hub-client.ts'
import { connectionOf } from '../../connection.ts'
import type { Terminal } from '../../terminal.ts'

/** A vocabulary, as it was written and as it is understood. */
export interface FoundVocabulary {
  document: JsonSchema
  vocabulary: DescribedVocabulary
}

const PATH = '/api/v1/vocabularies'
const MODULES = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'])

/**
 * The vocabularies at a place, by system: all of a collector, by its address; those of a file of JSON, one JSON Schema or an
 * array of them; those that a module such as hubline.events.ts exports.
 *
 * @throws {CommandError} when there are none, or one of them is none
 */
export async function vocabulariesAt(
  place: string,
  token: string | undefined,
  terminal: Pick<Terminal, 'env'>,
): Promise<FoundVocabulary[]> {
  const documents = /^https?:/.test(place)
    ? await published(place, token, terminal)
    : MODULES.has(extname(place))
      ? await exported(place)
      : await written(place)
  if (documents.length === 0) throw wrong(`${place} has no vocabularies`)
  const found = documents.map((document) => understood(place, document))
  return found.toSorted((a, b) => (a.vocabulary.system < b.vocabulary.system ? -1 : 1))
}

async function published(
  url: string,
  token: string | undefined,
  terminal: Pick<Terminal, 'env'>,
): Promise<unknown[]> {
  const connection = connectionOf({ url, ...(token !== undefined && { token }) }, terminal)
  const { data } = await ask<{ data: { system: string }[] }>(connection, 'GET', PATH)
  return Promise.all(
    data.map(({ system }) => ask<unknown>(connection, 'GET', `${PATH}/${encodeURIComponent(system)}`)),
  )
}

async function written(file: string): Promise<unknown[]> {
  try {
    const said: unknown = JSON.parse(await readFile(file, 'utf8'))
    return Array.isArray(said) ? said : [said]
  } catch (error) {
    throw wrong(`${file} cannot be read: ${(error as Error).message}`)
  }
}

/** What `defineVocabulary()` made is its JSON Schema, as JSON. */
async function exported(file: string): Promise<unknown[]> {
  let module: Record<string, unknown>
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>
  } catch (error) {
    throw wrong(`${file} cannot be loaded: ${(error as Error).message}`)
  }
  // What a CommonJS module exports is its default, too.
  const exports = [...Object.values(module), ...Object.values(Object(module['default']) as object)]
  return [...new Set(exports)]
    .filter((value) => typeof (value as { toJSON?: unknown } | null)?.toJSON === 'function')
    .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
}

function understood(place: string, document: unknown): FoundVocabulary {
  const vocabulary = readVocabulary(document)
  if (!('errors' in vocabulary)) return { document: document as JsonSchema, vocabulary }
  const [field, messages] = Object.entries(vocabulary.errors)[0]!
  throw wrong(`${place} is no vocabulary: ${field} ${messages[0]}`)
}

const wrong = (message: string): CommandError => new CommandError(message, EXIT.usage, 'usage')
