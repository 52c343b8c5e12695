import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { HttpError } from './errors.ts'

/** Beside the built server; run from its source it takes what was built last. */
const FOLDERS = ['../ui/', '../../dist/ui/'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
const FOLDER = FOLDERS.find((folder) => existsSync(`${folder}index.html`))
const SUSPICIOUS = /%2e|%2f|%5c|%00|\\|\/\.|\/\//i

/** The dashboard's files, where it is built. */
export async function serveUi(app: FastifyInstance): Promise<void> {
  app.get('/', (_request, reply) => reply.redirect('/ui/', 302))
  if (FOLDER === undefined) return
  app.get('/ui', (_request, reply) => reply.redirect('/ui/', 302))
  await app.register(async function ui(scope) {
    scope.addHook('onRequest', async (request) => {
      // Nothing in the folder needs an escape, so an escaped dot or slash is only ever a trick.
      if (SUSPICIOUS.test(request.raw.url!.split('?', 1)[0]!)) {
        throw new HttpError('not_found', 'there is no such file')
      }
    })
    await scope.register(fastifyStatic, {
      root: FOLDER,
      prefix: '/ui/',
      cacheControl: false,
      dotfiles: 'deny',
      setHeaders(reply, path) {
        // Built files below assets/ carry a hash of their content in their name.
        const lasting = path.startsWith(`${FOLDER}assets/`)
        reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  })
}
