import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { text } from './parameters.ts'

/** Sign-in of the dashboard: by the one-time code in the URL printed at start, or by a token that can read. */
export function sessionRoutes(app: FastifyInstance, { sessions, access, attempts }: Context): void {
  route(app, '/ui/login', {
    GET: operation({
      need: 'open',
      tag: 'Session',
      summary: 'Signs in by the one-time link',
      query: z.object({ code: text(200) }),
      lenient: true,
      answers: { 303: { description: 'To the dashboard, with a cookie', mediaType: 'text/html' } },
      errors: ['unauthenticated'],
      handler({ query, request, reply }) {
        attempts.check(request.ip)
        const cookie = sessions.redeem(query.code ?? '')
        if (cookie === undefined) {
          attempts.failed(request.ip)
          throw new HttpError(
            'unauthenticated',
            'this sign-in link was used already or has run out; sign in with a token, or restart the collector for a new link',
          )
        }
        return reply.header('set-cookie', cookie).header('cache-control', 'no-store').redirect('/ui/', 303)
      },
    }),
  })
  route(app, '/api/v1/session', {
    POST: operation({
      // Checked here, so that wrong tokens are counted.
      need: 'open',
      tag: 'Session',
      summary: 'Signs in by a token that can read',
      description:
        'The cookie can do what the token can, and ends with it: that of a bound token reads one source alone.',
      answers: { 204: { description: 'Signed in, with a cookie' } },
      handler({ request, reply }) {
        attempts.check(request.ip)
        const { authorization } = request.headers
        try {
          const holder = access.check('read', authorization === undefined ? {} : { authorization }, undefined)
          return reply.code(204).header('set-cookie', sessions.open(holder)).send()
        } catch (error) {
          if (error instanceof HttpError && error.code === 'unauthenticated') attempts.failed(request.ip)
          throw error
        }
      },
    }),
    DELETE: operation({
      need: 'open',
      tag: 'Session',
      summary: 'Signs out',
      answers: { 204: { description: 'Signed out; what the session had open has ended' } },
      handler: ({ request, reply }) =>
        reply.code(204).header('set-cookie', sessions.close(request.headers.cookie)).send(),
    }),
  })
}
