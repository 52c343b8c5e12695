import { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import type { Express } from 'express'
import { describe, expect, test } from 'vitest'
import { serveExpress } from './express-app.ts'

/** The raw answer to a request that comes over no connection. */
async function handle(app: Express, request: IncomingMessage): Promise<string> {
  const response = new ServerResponse(request)
  const chunks: Buffer[] = []
  const wire = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  response.assignSocket(wire as unknown as Socket)
  const finished = new Promise((resolve) => response.once('finish', resolve))
  app(request as never, response as never)
  await finished
  return Buffer.concat(chunks).toString()
}

function requestOf(url: string): IncomingMessage {
  const request = new IncomingMessage(null as unknown as Socket)
  return Object.assign(request, { method: 'GET', url })
}

describe('a request to Express', () => {
  test('that has no socket is answered, and seen', async () => {
    const { app, sink, end } = await serveExpress(
      (own) => void own.get('/users/:id', (_req, res) => void res.json(7)),
    )
    expect(await handle(app, requestOf('/users/7'))).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\n\r\n7$/)
    await end()
    expect(sink.ofType('InteractionDetected')).toMatchObject([
      { payload: { action: 'GET /users/:id', status: 200 } },
    ])
    expect(sink.ofType('ErrorReported')).toEqual([])
  })

  test('that is a plain object is answered, and seen', async () => {
    const { app, sink, end } = await serveExpress(
      (own) => void own.get('/ok', (_req, res) => void res.end('fine')),
    )
    const request = { method: 'GET', url: '/ok', headers: {} } as IncomingMessage
    expect(await handle(app, request)).toMatch(/^HTTP\/1\.1 200 OK[^]*fine/)
    await end()
    expect(sink.ofType('InteractionDetected')).toMatchObject([{ payload: { action: 'GET /ok' } }])
  })

  test('that cannot be watched is answered, which is said once', async () => {
    const lines: string[] = []
    const say = (line: string): void => void lines.push(line)
    const { app, sink, end } = await serveExpress(
      (own) => void own.get('/ok', (_req, res) => void res.end('fine')),
      { logger: { error: say, warn: say, info: say, debug: say }, logLevel: 'warn' },
    )
    for (let times = 0; times < 2; times++) {
      const headers = new Proxy<IncomingMessage['headers']>(
        {},
        {
          get(_target, name): undefined {
            if (name === 'user-agent') throw new Error('no headers today')
          },
        },
      )
      const request = Object.defineProperty(requestOf('/ok'), 'headers', { value: headers })
      expect(await handle(app, request)).toMatch(/^HTTP\/1\.1 200 OK[^]*fine/)
    }
    await end()
    expect(lines).toEqual([expect.stringMatching(/^\[HUB\] A request went on unwatched.*no headers today/)])
    expect(sink.ofType('InteractionDetected')).toEqual([])
  })
})
