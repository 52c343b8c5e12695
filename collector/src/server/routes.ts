import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access, Need } from './access.ts'
import { HttpError } from './errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    need?: Need
  }
  interface FastifyRequest {
    /** What the caller may do; set before every handler. */
    access: Access
  }
}

export type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown
type Method = 'GET' | 'POST'

const ALL = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'] as const

/**
 * Registers a path with a handler per method and what that needs; every other method answers 405 with `Allow`.
 *
 * @example
 * route(app, '/api/v1/stats', { GET: ['read', getStats] })
 */
export function route(
  app: FastifyInstance,
  path: string,
  handlers: Partial<Record<Method, readonly [Need, Handler]>>,
): void {
  const methods = Object.keys(handlers) as Method[]
  for (const method of methods) {
    const [need, handler] = handlers[method]!
    app.route({ method, url: path, config: { need }, handler })
  }
  const allow = (methods.includes('GET') ? [...methods, 'HEAD'] : methods).join(', ')
  app.route({
    method: ALL.filter((method) => !(methods as string[]).includes(method)),
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
