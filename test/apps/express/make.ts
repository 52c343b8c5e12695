import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHub } from '@hubline/core'
import { hubline } from '@hubline/express'
import express, { type Express } from 'express'
import { majorOf } from '../../contract/version.ts'
import type { Step } from '../step.ts'
import type { Twin } from '../twins.ts'

export const version = majorOf('express')

/**
 * An Express app. `settings` come before the line, because Express fixes those of its router at the first app.use();
 * `build` may bring the server that answers with it, or where it is to listen.
 */
export function expressApp(
  name: string,
  steps: readonly Step[],
  build: (app: Express) => Server | string | void,
  { settings, ...more }: Pick<Twin, 'errors'> & { settings?: (app: Express) => void } = {},
): Twin {
  return {
    name,
    steps,
    ...more,
    async start(line) {
      const app = express()
      // As under NODE_ENV=test: the default error handler prints nothing.
      app.set('env', 'test')
      settings?.(app)
      if (line) app.use(hubline(line))
      const made = build(app)
      const server = typeof made === 'object' ? made : createServer(app)
      if (typeof made === 'string') server.listen(made)
      else server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      return {
        address: typeof made === 'string' ? made : (server.address() as AddressInfo).port,
        async close() {
          const closed = once(server, 'close')
          server.close()
          server.closeAllConnections()
          await closed
          if (line) await createHub(line).flush()
          if (line) await createHub(line).close(0)
        },
      }
    },
  }
}
