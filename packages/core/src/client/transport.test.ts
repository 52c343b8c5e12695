import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { httpTransport } from './transport.ts'

const MIB = 1024 * 1024
const BEFORE = 97
const AFTER = 98

/** A transport, and what it sends to `server`. */
async function begin(server: Server) {
  const transport = httpTransport()
  onTestFinished(() => {
    transport.close()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const parts = Array.from({ length: 12 }, () => Buffer.alloc(2 * MIB, BEFORE))
  const post = (gzip = false) =>
    transport.sendParts({ method: 'POST', url, headers: {}, parts, gzip, timeoutMs: 20_000 })
  return { post, parts }
}

it.each([false, true])('sends parts as one body, compressed: %s', async (gzip) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { post, parts } = await begin(server)
  const answered = post(gzip)
  const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse]
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) bytes += chunk.length
  response.end('{}')
  const { status, written } = await answered
  expect({ status, written, length: Number(request.headers['content-length']) }).toEqual({
    status: 200,
    written: true,
    length: bytes,
  })
  const whole = parts.length * 2 * MIB
  expect(gzip ? bytes < whole / 10 : bytes).toBe(gzip ? true : whole)
})

it('reads nothing of a body any more once it has the answer, however early that came', async () => {
  const server = createSocketServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { post, parts } = await begin(server)
  const answered = post()
  const [socket] = (await once(server, 'connection')) as [Socket]
  await once(socket, 'readable')
  socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n')
  expect(await answered).toMatchObject({ status: 413, written: false })
  for (const part of parts) part.fill(AFTER)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {})
  await new Promise((resolve) => socket.once('close', resolve))
  const read = Buffer.concat(chunks)
  const body = read.subarray(read.indexOf('\r\n\r\n') + 4)
  expect(body.length).toBeLessThan(parts.length * 2 * MIB)
  expect(body.includes(AFTER)).toBe(false)
})
