import type { FastifyReply } from 'fastify'

/**
 * Whether an error handler of the app wrote this reply, and not Fastify's default, alone or after it.
 *
 * Fastify keeps the error handler that would come next on the reply, under a symbol of its own: after one of the
 * app's that is another with its `func`, after the default there is none. Nothing public tells a handler that
 * answers from one that logs and sends the error on.
 */
export function answeredByApp(reply: FastifyReply): boolean {
  const key = Object.getOwnPropertySymbols(reply).find(
    ({ description }) => description === 'fastify.reply.nextErrorHandler',
  )
  const next: unknown = key && Reflect.get(reply, key)
  return typeof next === 'object' && next !== null && 'func' in next
}
