import type { FastifyReply } from 'fastify'

/**
 * Whether an error handler of the app wrote this reply, and not Fastify's default after it.
 *
 * Fastify keeps the next error handler on the reply under a symbol of its own and leaves `false` there once its
 * fallback has answered; nothing public tells a handler that answers from one that logs and sends the error on.
 */
export function answeredByApp(reply: FastifyReply): boolean {
  const key = Object.getOwnPropertySymbols(reply).find(
    ({ description }) => description === 'fastify.reply.nextErrorHandler',
  )
  return key !== undefined && Boolean(Reflect.get(reply, key))
}
