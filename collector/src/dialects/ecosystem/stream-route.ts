import type { IncomingMessage } from 'node:http'
import websocket, { type WebSocket } from '@fastify/websocket'
import { EVENT_LIMITS, SEVERITIES } from '@hubline/core/wire'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ownSource } from '../../api/own-source.ts'
import { oneOf, text } from '../../api/parameters.ts'
import { LIMITS } from '../../config/limits.ts'
import type { Context } from '../../server/context.ts'
import { HttpError } from '../../server/errors.ts'
import { operation } from '../../server/operation.ts'
import type { EventFilter } from '../../store/events.ts'
import { streamTo } from './stream.ts'

const PATH = '/events/stream'
/** Clients have nothing to say; what they do say is read and forgotten. */
const MAX_MESSAGE_BYTES = 4096
const CLOSE_GRACE_MS = 1000

const ADDRESS = new RegExp(`^(/t/[^/]+)?${PATH}$`)

/** Whether a request asks for the one WebSocket that there is: all other upgrades (h2c, say) are passed over. */
export function isStreamUpgrade({ url = '', headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && ADDRESS.test(url.split('?', 1)[0]!)
}

/**
 * `WS /events/stream`: events as they are committed, in the words of the event hooks.
 *
 * @param stop aborts when the collector closes.
 */
export function ecosystemStream(
  context: Context,
  stop: AbortSignal,
): (app: FastifyInstance) => Promise<void> {
  const { feed, store, log } = context
  const filters = new WeakMap<IncomingMessage, EventFilter>()
  const watch = operation({
    need: 'read',
    tag: 'Event hooks',
    summary: 'Events as they are stored, over a WebSocket',
    description: 'Each message is one event in JSON. It begins with what is stored next.',
    query: z.object({
      source_system: text(EVENT_LIMITS.source, 'Only events of this system.'),
      event_type: text(EVENT_LIMITS.type, 'Only events of this type.'),
      severity: oneOf(SEVERITIES, 'Only events of this severity or a graver one.'),
    }),
    errors: ['source_mismatch', 'upgrade_required', 'overloaded'],
    answers: { 101: { description: 'The stream begins.' } },
    handler: ({ query, access, request }) => {
      if (!request.ws) throw upgradeRequired()
      store()
      filters.set(request.raw, {
        source: ownSource(access, query.source_system),
        types: query.event_type === undefined ? undefined : [query.event_type],
        minSeverity: query.severity,
      })
    },
  })

  return async function stream(app) {
    await app.register(websocket, {
      options: { maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false },
      errorHandler: (_error, socket) => socket.terminate(),
      preClose(done) {
        // Streams say goodbye by `stop`; a client that does not answer it must not hold up the end.
        const { clients } = app.websocketServer
        setTimeout(() => clients.forEach((socket) => socket.terminate()), CLOSE_GRACE_MS).unref()
        done()
      },
    })
    // Node lets go of a connection that asks for an upgrade: after a refusal nobody else would end it.
    app.addHook('onResponse', async ({ raw }) => {
      if (isStreamUpgrade(raw)) raw.socket.destroySoon()
    })
    app.route({
      method: 'GET',
      url: PATH,
      exposeHeadRoute: false,
      config: { need: watch.need, operation: watch },
      // Before the upgrade, so that a refusal is an answer in HTTP.
      preHandler: async (request, reply) => {
        if (request.ws && feed.readers >= LIMITS.streams.value) throw tooMany()
        await watch.run(request, reply)
      },
      handler: () => {},
      wsHandler(socket: WebSocket, request) {
        const filter = filters.get(request.raw) ?? {}
        const ended = AbortSignal.any([stop, request.access.ended])
        streamTo(socket, feed, { filter, stop: ended }).catch((error: unknown) => {
          log.warn({ err: error }, 'a stream over a WebSocket ended early')
        })
      },
    })
  }
}

function upgradeRequired(): HttpError {
  return new HttpError(
    'upgrade_required',
    `${PATH} is a WebSocket; /api/v1/stream sends events as server-sent events`,
    { headers: { upgrade: 'websocket' } },
  )
}

function tooMany(): HttpError {
  const headers = { 'retry-after': '3' }
  return new HttpError('overloaded', `${LIMITS.streams.value} streams are open already`, { headers })
}
