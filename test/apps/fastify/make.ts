import type { RawServerDefault } from 'fastify'
import type { Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createHub } from '@hubline/core'
import { hubline } from '@hubline/fastify'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { Step } from '../step.ts'
import type { Twin } from '../twins.ts'

type Options = FastifyServerOptions & { http2?: boolean; http?: object }

/** A Fastify app with `options`, made for each run; with `last`, the line stands after everything else. */
export function fastifyApp(
  name: string,
  steps: readonly Step[],
  build: (app: FastifyInstance) => unknown,
  { options, last = false, ...more }: Pick<Twin, 'errors'> & { options?: () => Options; last?: boolean } = {},
): Twin {
  return {
    name,
    steps,
    ...more,
    async start(line) {
      const app = fastify(options?.() as FastifyServerOptions)
      if (line && !last) app.register(hubline, line)
      await build(app)
      if (line && last) app.register(hubline, line)
      await app.listen({ port: 0, host: '127.0.0.1' })
      const server = app.server as RawServerDefault | Http2Server
      return {
        address: (server.address() as AddressInfo).port,
        async close() {
          if ('closeAllConnections' in server) server.closeAllConnections()
          await app.close()
          if (line) await createHub(line).flush()
          if (line) await createHub(line).close(0)
        },
      }
    },
  }
}
