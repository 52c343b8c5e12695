import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { readJson } from '../api/json-body.ts'
import type { Context } from '../server/context.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'

/** `POST /mcp`: the tools for agents, by the Model Context Protocol over streamable HTTP, without sessions. */
export function mcpRoute(app: FastifyInstance, context: Context): void {
  // Nobody who asks for no tools pays for them.
  let loading: Promise<typeof import('./handler.ts')> | undefined
  route(app, '/mcp', {
    POST: operation({
      need: 'read',
      tag: 'Agents',
      summary: 'Tools for agents, by the Model Context Protocol',
      description:
        'One JSON-RPC message of the streamable HTTP transport, in any revision of the protocol from 2025 on. There are no sessions, so GET and DELETE are answered by 405.',
      body: { 'application/json': z.looseObject({ jsonrpc: z.literal('2.0') }) },
      answers: { 200: { description: 'One JSON-RPC message', schema: z.looseObject({}) } },
      lenient: true,
      handler: async ({ request, reply, access }) => {
        const message = await readJson(request, context, z.looseObject({ jsonrpc: z.literal('2.0') }))
        const { answerMessage } = await (loading ??= import('./handler.ts'))
        return reply.send(
          await answerMessage(context, { access, base: baseOf(request), headers: request.headers, message }),
        )
      },
    }),
  })
}

/** As the caller reaches us, for links that it is shown and nobody else. */
function baseOf({ headers }: FastifyRequest): string {
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http'
  return `${scheme}://${headers.host ?? 'localhost'}`
}
