import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { PassThrough, pipeline } from 'node:stream'
import { expect, test } from 'vitest'
import { ask, askAndLeave, listen, watch } from './test-server.ts'

/** How an app passes on what another service answers. */
const WAYS: [name: string, pass: (upstream: IncomingMessage, res: ServerResponse) => unknown][] = [
  [
    'pipe()',
    (upstream, res) => {
      upstream.pipe(res)
      upstream.on('error', () => res.destroy())
    },
  ],
  ['pipeline()', (upstream, res) => pipeline(upstream, res, () => {})],
  ['pipeline() through another', (upstream, res) => pipeline(upstream, new PassThrough(), res, () => {})],
  [
    'a loop',
    async (upstream, res) => {
      try {
        for await (const chunk of upstream) res.write(chunk)
      } catch (error) {
        res.destroy(error as Error)
      }
    },
  ],
]

const proxy = (port: number, pass: (upstream: IncomingMessage, res: ServerResponse) => unknown) =>
  watch((_req, res) => {
    const further = get({ port, host: '127.0.0.1', agent: false }, (upstream) => {
      res.writeHead(200)
      res.once('close', () => upstream.destroy())
      pass(upstream, res)
    })
    further.on('error', () => {})
  })

for (const [name, pass] of WAYS) {
  test.each(['end', 'reset'])(`${name}: an upstream that breaks off is an error (%s)`, async (how) => {
    const upstream = createServer((_req, res) => {
      res.writeHead(200, { 'content-length': '100' })
      const breakOff = (): unknown =>
        how === 'end' ? res.destroy() : (res.socket as Socket).resetAndDestroy()
      res.write('half', breakOff)
    })
    const { port, told } = await proxy(await listen(upstream), pass)
    expect(await ask(port)).toMatchObject({ status: 200, whole: false })
    expect(await told()).toMatchObject({
      request: { outcome: 'server_error', status: 200 },
      errors: [{ message: 'aborted', handled: false, severity: 'error' }],
    })
  })

  test.each(['end', 'resetAndDestroy'] as const)(
    `${name}: a client that leaves is nobody’s error (%s)`,
    async (how) => {
      const upstream = createServer((_req, res) => void res.writeHead(200).write('half'))
      const { port, told } = await proxy(await listen(upstream), pass)
      await askAndLeave(port, how)
      expect(await told()).toMatchObject({ request: { outcome: 'aborted' }, errors: [] })
    },
  )
}

test('an upstream whose reset makes a proxy end its answer is an error that was dealt with', async () => {
  const upstream = createServer((_req, res) => {
    res.writeHead(200, { 'content-length': '100' })
    res.write('half', () => (res.socket as Socket).resetAndDestroy())
  })
  const upstreamPort = await listen(upstream)
  const { port, sink, told } = await watch((_req, res) => {
    const further = get({ port: upstreamPort, host: '127.0.0.1', agent: false }, (answer) => {
      answer.on('error', () => {})
      answer.once('aborted', endEarly)
      answer.pipe(res)
    })
    // Node 24 tells the request first, Node 22 does not.
    further.on('error', endEarly)
    function endEarly(): void {
      if (!res.writableEnded) res.end(', and no more')
    }
  })
  expect(await ask(port)).toMatchObject({ text: 'half, and no more' })
  await sink.event('ErrorReported')
  expect(await told()).toMatchObject({
    request: { outcome: 'ok', status: 200 },
    errors: [{ message: 'aborted', handled: true, severity: 'warning' }],
  })
})

test('a timeout that the server has set does not hide an upstream that breaks off', async () => {
  const upstream = createServer((_req, res) => {
    res.writeHead(200, { 'content-length': '100' })
    res.write('half', () => res.destroy())
  })
  const { port, server, told } = await proxy(await listen(upstream), WAYS[0]![1])
  ;(server as ReturnType<typeof createServer>).timeout = 60_000
  await ask(port)
  expect(await told()).toMatchObject({
    request: { outcome: 'server_error' },
    errors: [{ message: 'aborted' }],
  })
})

test('a client that has ended its own side and still listens does not hide an upstream that breaks off', async () => {
  const upstream = createServer((_req, res) => {
    res.writeHead(200, { 'content-length': '100' })
    res.write('half', () => res.destroy())
  })
  const { port, server, told } = await proxy(await listen(upstream), WAYS[0]![1])
  Object.assign(server, { httpAllowHalfOpen: true })
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {}).resume()
  socket.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'close')
  expect(await told()).toMatchObject({
    request: { outcome: 'server_error' },
    errors: [{ message: 'aborted' }],
  })
})
