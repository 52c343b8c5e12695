import type { IncomingHttpHeaders } from 'node:http'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { Access } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { answer } from './answer.ts'
import { linksTo } from './links.ts'
import { toolServer } from './server.ts'

/** One message to the tools, past the doors. */
export interface Message {
  access: Access
  /** Of links, without a slash at the end. */
  base: string
  headers: IncomingHttpHeaders
  message: Record<string, unknown>
}

/** Answers one JSON-RPC message; each has a server of its own, as there are no sessions. */
export async function answerMessage(
  { store, clock, version, log }: Context,
  { access, base, headers, message }: Message,
): Promise<Response> {
  const links = linksTo(base)
  const handler = createMcpHandler(
    () =>
      toolServer(version, (name, given) =>
        answer({ store: store(), now: clock(), access, links }, name, given),
      ),
    {
      // The list of tools never changes: there is nothing to subscribe to.
      maxSubscriptions: 0,
      onerror: (error) => log.debug({ err: error }, 'an agent was refused'),
    },
  )
  const request = new Request(`${base}/mcp`, { method: 'POST', headers: standard(headers) })
  return handler.fetch(request, { parsedBody: message })
}

/** Those that the protocol knows. */
function standard(headers: IncomingHttpHeaders): Headers {
  const kept = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    const isKnown = name === 'accept' || name === 'content-type' || name.startsWith('mcp-')
    if (isKnown && typeof value === 'string') kept.set(name, value)
  }
  return kept
}
