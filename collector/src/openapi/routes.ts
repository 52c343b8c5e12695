import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { operation } from '../server/operation.ts'
import { METHODS, route } from '../server/routes.ts'
import { openApiDocument, type OpenApiDocument, type PlacedOperation } from './document.ts'
import { documentPage } from './page.ts'
import { STYLE } from './style.ts'

/**
 * `/openapi.json`, and the same as a page under `/api/docs`, of every operation that is registered after this.
 *
 * @param version of the collector
 */
export function openApiRoutes(app: FastifyInstance, version: string): void {
  const placed: PlacedOperation[] = []
  app.addHook('onRoute', ({ method, path, config }) => {
    const declared = config?.operation
    if (declared && (METHODS as readonly string[]).includes(String(method)))
      placed.push({ method: String(method), path, operation: declared })
  })
  let made: OpenApiDocument | undefined
  const document = () => (made ??= openApiDocument(placed, version))

  route(app, '/openapi.json', {
    GET: operation({
      need: 'open',
      tag: 'About',
      summary: 'This API as an OpenAPI document',
      answer: z.looseObject({ openapi: z.string() }),
      handler: () => document(),
    }),
  })
  route(app, '/api/docs', {
    GET: operation({
      need: 'open',
      tag: 'About',
      summary: 'This API as a page',
      answers: { 200: { description: 'HTML without scripts.', mediaType: 'text/html' } },
      handler: ({ reply }) => reply.type('text/html; charset=utf-8').send(documentPage(document())),
    }),
  })
  route(app, '/api/docs.css', {
    GET: operation({
      need: 'open',
      tag: 'About',
      summary: 'The style of that page',
      answers: { 200: { description: 'CSS.', mediaType: 'text/css' } },
      handler: ({ reply }) => reply.type('text/css; charset=utf-8').send(STYLE),
    }),
  })
}
