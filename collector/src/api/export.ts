import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { exportLines, isExportCursor, type Line } from '../keeping/export-lines.ts'
import type { Context } from '../server/context.ts'
import { HttpError, retryAfter } from '../server/errors.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { ownSource } from './own-source.ts'
import { flag, oneOf, required, text, time } from './parameters.ts'

const MEDIA_TYPE = 'application/x-ndjson'
const MOST_AT_ONCE = 4
/** Milliseconds for which a caller may take nothing. */
const PATIENCE_MS = 5 * 60_000

/**
 * `GET /api/v1/export`: everything of one signal, as lines that can be sent to any collector again.
 *
 * @param stop aborts when the collector closes.
 */
export function exportRoute(app: FastifyInstance, { store, log }: Context, stop: AbortSignal): void {
  let running = 0

  route(app, '/api/v1/export', {
    GET: operation({
      need: 'read',
      tag: 'Collector',
      summary: 'Everything of one signal, line by line',
      description:
        'Traces, logs and metrics in OTLP/JSON, an export request on each line, as the file exporter of the OpenTelemetry Collector ' +
        'writes them; hub events as they were sent. What comes in meanwhile is not in it.',
      query: z.object({
        signal: required(oneOf(['traces', 'logs', 'metrics', 'events'], 'What to export.')),
        service: text(200, 'Only of this service; of events, of this source.'),
        source: text(200, 'The same.'),
        since: time('Only what happened at or after this time, as the items tell it; RFC 3339.'),
        until: time('Only what happened before this time; RFC 3339.'),
        cursor: text(
          60,
          'Go on after this one: the `next_cursor` of an export of the same signal that was cut off.',
        ),
        cursors: flag('After each line another, `{"next_cursor":"…"}`; null after the last.'),
      }),
      answers: { 200: { description: 'A JSON object on each line.', mediaType: MEDIA_TYPE } },
      errors: ['source_mismatch', 'overloaded'],
      handler: async ({ query, access, request, reply }) => {
        const { signal, since, until, source, service = source, cursor, cursors = false } = query
        if (cursor !== undefined && !isExportCursor(signal, cursor)) {
          const message = `cursor is "${cursor}"; it must be the next_cursor of an export of ${signal}`
          throw new HttpError('invalid_parameter', message)
        }
        if (source !== undefined && service !== source) {
          const message = `source is "${source}", service "${service}"; they mean the same, so give one`
          throw new HttpError('invalid_parameter', message)
        }
        const range = { signal, since, until, cursor, service: ownSource(access, service) }
        const lines = exportLines(store(), range)
        if (running >= MOST_AT_ONCE) {
          const message = `${MOST_AT_ONCE} exports are running already; try again shortly`
          throw new HttpError('overloaded', message, { headers: retryAfter() })
        }
        running++
        try {
          // What cannot be read at all is answered as an error.
          const first = await lines.next()
          reply.hijack()
          const response = reply.raw
          response.setTimeout(PATIENCE_MS, () => response.destroy())
          response.writeHead(200, {
            ...(reply.getHeaders() as Record<string, string>),
            'content-type': MEDIA_TYPE,
            'cache-control': 'no-store',
          })
          if (request.method === 'HEAD') {
            response.end()
            return
          }
          await pipeline(Readable.from(texts(first, lines, cursors), { objectMode: false }), response, {
            signal: AbortSignal.any([stop, access.ended]),
          })
        } catch (error) {
          if (!reply.sent) throw error
          log.warn({ err: error, signal }, 'an export was cut off')
          reply.raw.destroy()
        } finally {
          running--
          await lines.return(undefined)
        }
      },
    }),
  })
}

async function* texts(
  first: IteratorResult<Line>,
  rest: AsyncGenerator<Line>,
  cursors: boolean,
): AsyncGenerator<string> {
  const text = ({ json, cursor }: Line) => (cursors ? `${json}\n{"next_cursor":"${cursor}"}\n` : `${json}\n`)
  if (first.done !== true) {
    yield text(first.value)
    for await (const line of rest) yield text(line)
  }
  if (cursors) yield '{"next_cursor":null}\n'
}
