import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHub, type Hub, type HubOptions } from '@hubline/core'
import { hubline } from '@hubline/express'
import express from 'express'
import { onTestFinished } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { majorOf } from './version.ts'

export const EXPRESS: number = majorOf('express')

export interface Served {
  app: express.Express
  sink: HubSink
  hub: Hub
  url: string
  /** Resolves when all was said. */
  end(): Promise<void>
}

/**
 * An Express app of a test's own, which listens and ends with the test.
 *
 * @param line how it gets the line; first by default
 */
export async function serveExpress(
  build: (app: express.Express) => void,
  {
    line = (app, ours) => void app.use(ours),
    hidden = false,
    ...options
  }: HubOptions & {
    line?: (app: express.Express, ours: express.RequestHandler, options: HubOptions) => void
    /** Behind a listener that does not show the app. */
    hidden?: boolean
  } = {},
): Promise<Served> {
  const sink = await HubSink.open()
  const given = { source: 'own-app', url: sink.url, batchTimeout: 5, logLevel: 'silent', ...options } as const
  const app = express()
  app.set('env', 'test')
  line(app, hubline(given), given)
  build(app)
  const server = createServer(hidden ? (req, res) => void app(req, res) : app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const hub = createHub(given)
  const end = async (): Promise<void> => {
    if (server.listening) await new Promise((resolve) => server.close(resolve))
    await hub.flush()
  }
  onTestFinished(async () => {
    await end()
    await hub.close(0)
    await sink.close()
  })
  return { app, sink, hub, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, end }
}

/** Whether the router that is installed publishes what it does. */
export const publishes = ({ hub }: Served): boolean =>
  hub.coverage().some(({ tier }) => tier === 'express router channel')
