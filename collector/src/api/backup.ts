import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FastifyInstance } from 'fastify'
import { backupFiles } from '../keeping/backup-files.ts'
import { tar } from '../keeping/tar.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'

const MEDIA_TYPE = 'application/x-tar'
/** Milliseconds for which a caller may take nothing. */
const PATIENCE_MS = 60_000

/**
 * `POST /api/v1/backup`: a copy of all data, as an archive that goes to the caller: no path is ever given.
 *
 * @param stop aborts when the collector closes.
 */
export function backupRoute(app: FastifyInstance, context: Context, stop: AbortSignal): void {
  const { config, store, clock, version, log } = context
  let making: PromiseWithResolvers<void> | undefined

  // The copies are in the data directory, which the collector leaves when it has closed.
  app.addHook('onClose', () => making?.promise)

  route(app, '/api/v1/backup', {
    POST: operation({
      need: 'admin',
      tag: 'Collector',
      summary: 'Back up everything while it runs',
      description:
        'A tar archive of a data directory: unpacked into an empty folder, a collector opens it with `HUBLINE_DATA`. ' +
        'It has everything that was acknowledged before the call. One that was cut off lacks its last file, `manifest.json`.',
      answers: { 200: { description: 'A tar archive.', mediaType: MEDIA_TYPE } },
      errors: ['conflict', 'storage_unavailable'],
      handler: async ({ access, reply }) => {
        if (making) throw new HttpError('conflict', 'a backup is being made already; wait until it is done')
        making = Promise.withResolvers()
        const createdAt = new Date(clock())
        const files = store().backup()
        try {
          // Where the copy cannot be begun, the answer still can say so.
          const begun = after(await files.next(), files)
          const { dataDir } = config
          const archive = tar(backupFiles(begun, { dataDir, version, createdAt }), createdAt.getTime())
          reply.hijack()
          const response = reply.raw
          response.setTimeout(PATIENCE_MS, () => response.destroy())
          response.writeHead(200, {
            ...(reply.getHeaders() as Record<string, string>),
            'content-type': MEDIA_TYPE,
            'content-disposition': `attachment; filename="${fileName(createdAt)}"`,
          })
          await pipeline(Readable.from(archive), response, {
            signal: AbortSignal.any([stop, access.ended]),
          })
        } catch (error) {
          if (!reply.sent) throw error
          log.warn({ err: error }, 'a backup was cut off')
          reply.raw.destroy()
        } finally {
          await files.return().finally(making.resolve)
          making = undefined
        }
      },
    }),
  })
}

async function* after<Item>(first: IteratorResult<Item>, rest: AsyncGenerator<Item>): AsyncGenerator<Item> {
  if (first.done !== true) yield first.value
  yield* rest
}

function fileName(at: Date): string {
  return `hubline-backup-${at
    .toISOString()
    .slice(0, 19)
    .replace(/[^0-9T]/g, '')}.tar`
}
