import type { FastifyInstance } from 'fastify'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { route } from '../server/routes.ts'
import { needsEverySource } from './own-source.ts'
import { Parameters } from './parameters.ts'

/** Sign-in of the dashboard: by the one-time code in the URL printed at start, or by a token that can read. */
export function sessionRoutes(app: FastifyInstance, { sessions }: Context): void {
  route(app, '/ui/login', {
    GET: [
      'open',
      (request, reply) => {
        const cookie = sessions.redeem(new Parameters(request.query).text('code') ?? '')
        if (cookie === undefined) {
          throw new HttpError(
            'unauthenticated',
            'this sign-in link was used already or has run out; sign in with a token, or restart the collector for a new link',
          )
        }
        return reply.header('set-cookie', cookie).header('cache-control', 'no-store').redirect('/ui/', 303)
      },
    ],
  })
  route(app, '/api/v1/session', {
    POST: [
      'read',
      (request, reply) => {
        needsEverySource(request.access)
        return reply.code(204).header('set-cookie', sessions.open()).send()
      },
    ],
  })
}
