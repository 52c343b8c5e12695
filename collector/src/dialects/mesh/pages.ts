import type { FastifyInstance } from 'fastify'

/** Where the mesh had pages of its own, and what is here instead. */
const PAGES = { '/heartbeat-dashboard': '/ui/', '/dependencies': '/ui/#/map' } as const

/** Leads from the pages of the service mesh to those of the dashboard. */
export function meshPages(app: FastifyInstance): void {
  for (const [path, page] of Object.entries(PAGES)) {
    app.get(path, (_request, reply) => reply.redirect(page, 302))
  }
}
