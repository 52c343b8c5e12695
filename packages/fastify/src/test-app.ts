import { get, type IncomingMessage } from 'node:http'
import type { HubOptions } from '@hubline/core'
import { type MemorySink, memorySink } from '@hubline/core/testing'
import fastify, { type FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { hubline } from './index.ts'

// For tests: an app on a port of 127.0.0.1, and what it reports.

export interface Reporting {
  app: FastifyInstance
  sink: MemorySink
  url: string
  /** All that was said, once `requests` requests have ended. */
  told(requests?: number): Promise<{ requests: object[]; errors: object[] }>
}

let apps = 0

/** `before` is registered ahead of Hubline's line, `after` behind it. */
export async function report(
  after: (app: FastifyInstance) => unknown,
  { before, app = fastify() }: { before?: (app: FastifyInstance) => unknown; app?: FastifyInstance } = {},
): Promise<Reporting> {
  const sink = memorySink()
  const options: HubOptions = { ...sink.options, source: `fastify-app-${++apps}`, logLevel: 'silent' }
  await before?.(app)
  app.register(hubline, options)
  await after(app)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  const told: Reporting['told'] = async (requests = 1) => {
    await sink.event(() => sink.ofType('InteractionDetected').length >= requests)
    await app.hub.flush()
    const payloads = (type: string) => sink.ofType(type).map(({ payload }) => payload)
    return { requests: payloads('InteractionDetected'), errors: payloads('ErrorReported') }
  }
  return { app, sink, url, told }
}

/** The status of an answer, or undefined when it broke off before or after the head. */
export function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const outgoing = get(url, { agent: false }, (answer: IncomingMessage) => {
      answer.on('error', () => {}).resume()
      answer.on('close', () => resolve(answer.complete ? answer.statusCode : undefined))
    })
    outgoing.on('error', () => resolve(undefined))
  })
}
