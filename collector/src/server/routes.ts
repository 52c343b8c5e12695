import type { FastifyInstance } from 'fastify'
import type { Access, Need } from './access.ts'
import { HttpError } from './errors.ts'
import type { Operation } from './operation.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    need?: Need
    /** What is declared of it. */
    operation?: Operation
  }
  interface FastifyRequest {
    /** What the caller may do; set before every handler. */
    access: Access
  }
}

export const METHODS = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'] as const
type Method = (typeof METHODS)[number]

/**
 * Registers a path with an operation per method; every other method answers 405 with `Allow`.
 *
 * @example
 * route(app, '/api/v1/stats', { GET: operation({ need: 'read', tag: 'Collector', summary: 'Statistics', handler }) })
 */
export function route(
  app: FastifyInstance,
  path: string,
  operations: Partial<Record<Method, Operation>>,
): void {
  const methods = Object.keys(operations) as Method[]
  for (const method of methods) {
    const operation = operations[method]!
    app.route({ method, url: path, config: { need: operation.need, operation }, handler: operation.run })
  }
  const allow = (methods.includes('GET') ? [...methods, 'HEAD'] : methods).join(', ')
  app.route({
    method: METHODS.filter((method) => !methods.includes(method)),
    url: path,
    exposeHeadRoute: false,
    config: { need: 'open' },
    handler(request) {
      throw new HttpError('method_not_allowed', `this address takes ${allow}, not ${request.method}`, {
        headers: { allow },
      })
    },
  })
  // A path without GET has no HEAD either, which would answer 404 instead.
  if (methods.includes('GET')) return
  app.route({
    method: 'HEAD',
    url: path,
    config: { need: 'open' },
    handler: (_request, reply) => reply.code(405).header('allow', allow).send(),
  })
}
