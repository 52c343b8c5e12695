import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as later } from 'node:timers/promises'
import { createGunzip, gzipSync } from 'node:zlib'
import { currentExchange } from '@hubline/core/adapter'
import { memorySink } from '@hubline/core/testing'
import fastify, { type FastifyContentTypeParser } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { hubline } from './index.ts'

// A body comes by its socket, in whose context no request is known: whoever parses it, its handler is in that of its request.
const PARSERS: Record<string, FastifyContentTypeParser> = {
  'text/events': (_request, payload, done) => {
    let said = ''
    payload.on('data', (chunk) => (said += String(chunk)))
    payload.on('end', () => done(null, said))
  },
  'text/piped': async (_request: unknown, payload: NodeJS.ReadableStream) =>
    text(payload.pipe(new PassThrough())),
  'text/awaited': async (_request: unknown, payload: NodeJS.ReadableStream) => {
    await later(1)
    return text(payload)
  },
}

test.each(['application/json', 'text/plain', ...Object.keys(PARSERS)])(
  'what comes after a body of %s is in the context of its request',
  async (type) => {
    const app = fastify()
    onTestFinished(() => app.close())
    app.register(hubline, { ...memorySink().options, source: `context-${type}` })
    for (const [name, parse] of Object.entries(PARSERS)) app.addContentTypeParser(name, parse)
    app.addHook('preParsing', async ({ headers }, _reply, payload) => {
      if (headers['content-encoding'] !== 'gzip') return payload
      delete headers['content-length']
      return payload.pipe(createGunzip())
    })
    app.post('/', async ({ raw }) => String(currentExchange()?.request === raw))
    const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
    const plain = Buffer.from('{"order_id":"one and two"}')
    for (const body of [plain, gzipSync(plain)]) {
      const socket = connect(Number(port), '127.0.0.1')
      const head = ['POST / HTTP/1.1', 'Host: x', 'Connection: close', `Content-Type: ${type}`]
      if (body !== plain) head.push('Content-Encoding: gzip')
      socket.write([...head, `Content-Length: ${body.length}`, '', ''].join('\r\n'))
      socket.write(body.subarray(0, 10))
      await later(5)
      socket.write(body.subarray(10))
      expect(await text(socket)).toMatch(/\r\n\r\ntrue$/)
    }
  },
)
