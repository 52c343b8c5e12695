import { readVocabulary, SEVERITIES, type FieldErrors } from '@hubline/core/wire'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { readJson } from '../api/json-body.ts'
import { ownSource } from '../api/own-source.ts'
import { integer, required, text } from '../api/parameters.ts'
import { LIMITS } from '../config/limits.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation, type Operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import type { PublishedVocabulary } from '../store/vocabularies.ts'
import { problemOf } from './json-schema.ts'

const tag = 'Vocabularies'
const params = z.object({ system: required(text(100)) })
const DOCUMENT = z
  .looseObject({ title: z.string().optional(), oneOf: z.array(z.unknown()).optional() })
  .describe('A JSON Schema: title is the system, each of oneOf an event with the schema of its payload.')

const described = {
  system: z.string(),
  revision: z.int().describe('Counts what is new of the system, from 1.'),
}
const knownEvent = {
  type: z.string(),
  version: z.int().describe('Of the form of the payload.'),
  summary: z.string().optional(),
  severity: z.enum(SEVERITIES).describe('What it has where nothing else is said.'),
}
const listed = z.object({
  ...described,
  published_at: z.string(),
  summary: z.string().optional(),
  events: z.array(z.object(knownEvent)),
})
const fieldErrors = z.record(z.string(), z.array(z.string()))

/** The vocabularies of this collector: published by admins, there for whoever has a token. */
export function vocabularyRoutes(app: FastifyInstance, context: Context): void {
  const { store } = context

  route(app, '/api/v1/vocabularies', {
    GET: operation({
      need: 'any',
      tag,
      summary: 'The systems whose events are known, with these',
      answer: z.object({ data: z.array(listed) }),
      handler: async () => ({ data: (await store().vocabularies()).map(inShort) }),
    }),
  })

  route(app, '/api/v1/vocabularies/:system', {
    GET: operation({
      need: 'any',
      tag,
      summary: 'The vocabulary of a system, as the JSON Schema that was published',
      params,
      query: z.object({
        revision: integer(1, 999_999_999, 0, 'An older one; the newest where it is not given.'),
      }),
      answer: DOCUMENT,
      handler: async ({ params, query }) => {
        const found = await store().vocabulary(params.system, query.revision || undefined)
        if (found) return found.document
        const which = query.revision ? ` of revision ${query.revision}` : ''
        throw new HttpError('not_found', `there is no vocabulary${which} of "${params.system}"`)
      },
    }),
    PUT: publish(context),
    DELETE: operation({
      need: 'admin',
      tag,
      summary: 'Forget a system with all revisions; its events stay',
      params,
      answers: { 204: { description: 'It is forgotten' } },
      handler: async ({ params, reply }) => {
        await store().changeVocabulary({ kind: 'remove', system: params.system })
        return reply.code(204).send()
      },
    }),
  })

  route(app, '/api/v1/hub/events/:id/schema', { GET: definition(context) })
}

function publish(context: Context): Operation {
  const { store, clock } = context
  return operation({
    need: 'admin',
    tag,
    summary: 'Publish the vocabulary of a system',
    description:
      'What is the same as the newest is no new revision. Patterns of its schemas are run on what comes in, so publish those that you trust.',
    params,
    body: { 'application/json': DOCUMENT },
    answers: {
      200: { description: 'It was there already', schema: listed },
      201: { description: 'A new revision', schema: listed },
    },
    errors: ['invalid_json', 'validation_failed', 'conflict'],
    handler: async ({ params: { system }, request, reply }) => {
      const document = await readJson(request, context, DOCUMENT, LIMITS.vocabularyBytes.value)
      check(document, system)
      const before = await store().vocabularies()
      const known = before.find((each) => each.system === system)
      if (!known && before.length >= LIMITS.vocabularies.value)
        throw new HttpError('conflict', `there are ${before.length} vocabularies already, which is the most`)
      await store().changeVocabulary({ kind: 'publish', system, document, at: clock() })
      const published = (await store().vocabulary(system))!
      const isNew = published.revision !== known?.revision
      return reply.code(isNew ? 201 : 200).send(inShort(published))
    },
  })
}

/** @throws {HttpError} 422 with what is wrong, by field. */
function check(document: object, system: string): void {
  const vocabulary = readVocabulary(document)
  const errors: FieldErrors = 'errors' in vocabulary ? vocabulary.errors : {}
  if (!('errors' in vocabulary)) {
    if (vocabulary.system !== system)
      errors['title'] = [`is "${vocabulary.system}", the address says "${system}"`]
    for (const { type, data } of vocabulary.events) {
      const problem = problemOf(data)
      if (problem !== undefined) errors[type] = [`its schema cannot be used: ${problem}`]
    }
  }
  const [first] = Object.entries(errors)
  if (first === undefined) return
  throw new HttpError('validation_failed', `${first[0]}: ${first[1][0]}`, { details: { errors } })
}

function definition({ store }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Hub events',
    summary: 'What the vocabularies say of an event: its definition, and what of its payload is not so',
    query: z.object({ source: text(100, 'Of this source, where several use the id.') }),
    params: z.object({ id: z.string() }),
    answer: z.object({
      definition: z
        .object({ ...described, ...knownEvent, schema: z.looseObject({}).describe('Of the payload.') })
        .nullable()
        .describe('Null where no vocabulary knows the type.'),
      violations: fieldErrors.describe('By field of the payload; empty where there are none.'),
    }),
    errors: ['source_mismatch'],
    handler: async ({ query, params, access }) => {
      const found = await store().definedEvent(params.id, ownSource(access, query.source))
      if (found) return found
      throw new HttpError('not_found', `there is no event with the id "${params.id.slice(0, 64)}"`)
    },
  })
}

function inShort({ system, revision, publishedAt, document }: PublishedVocabulary): z.output<typeof listed> {
  const vocabulary = readVocabulary(document)
  const { summary, events } = 'errors' in vocabulary ? { events: [] } : vocabulary
  return {
    system,
    revision,
    published_at: new Date(publishedAt).toISOString(),
    ...(summary !== undefined && { summary }),
    events: events.map(({ data: _data, ...event }) => event),
  }
}
