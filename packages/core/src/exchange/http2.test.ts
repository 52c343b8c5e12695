import { type ClientHttp2Stream, connect, constants, type Http2ServerResponse } from 'node:http2'
import type { OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http'
import { connect as connectSocket, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { type Watched, watch } from './test-server.ts'

async function serve(
  handler: RequestListener,
  headers: OutgoingHttpHeaders = {},
): Promise<Watched & { stream: ClientHttp2Stream; socket: Socket }> {
  const watched = await watch(handler, { http2: true, captureHeaders: ['x-tenant'] })
  const socket = connectSocket(watched.port, '127.0.0.1')
  const session = connect('http://127.0.0.1', { createConnection: () => socket })
  session.on('error', () => {})
  onTestFinished(() => session.destroy())
  const stream = session.request(headers)
  stream.on('error', () => {}).resume()
  return { ...watched, stream, socket }
}

const failing = (): Readable =>
  Readable.from(
    (async function* () {
      yield 'half'
      throw new RangeError('broke')
    })(),
  )

test.each<[string, (res: ServerResponse) => void, object, string[]]>([
  ['ends', (res) => void res.end('whole'), { outcome: 'ok', status: 200 }, []],
  ['ends by its stream', (res) => void streamOf(res).end('whole'), { outcome: 'ok', status: 200 }, []],
  [
    'is destroyed with an error',
    (res) => void res.write('half', () => res.destroy(new Error('no more'))),
    { outcome: 'server_error', status: 200 },
    ['no more'],
  ],
  [
    'is piped from a stream that breaks',
    (res) =>
      void failing()
        .on('error', () => res.destroy())
        .pipe(res),
    { outcome: 'server_error', status: 200 },
    ['broke'],
  ],
])('an answer of HTTP/2 that %s', async (_name, answer, request, messages) => {
  const { told } = await serve((_req, res) => answer(res))
  const { request: said, errors } = await told()
  expect(said).toMatchObject(request)
  expect(errors.map(({ message }) => message)).toEqual(messages)
})

const streamOf = (res: unknown) => (res as Http2ServerResponse).stream

test('an answer of HTTP/2 to HEAD is whole', async () => {
  const { told } = await serve((_req, res) => void res.end(), { ':method': 'HEAD' })
  expect(await told()).toMatchObject({ request: { outcome: 'ok', status: 200 }, errors: [] })
})

test.each([constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR])(
  'a client of HTTP/2 that leaves by code %d is nobody’s error',
  async (code) => {
    const { told, stream } = await serve((_req, res) => {
      res.write('half')
      // What a handler that notices it passes on.
      res.once('close', () => res.destroy(new Error('gone')))
    })
    stream.once('data', () => stream.close(code))
    expect(await told()).toMatchObject({ request: { outcome: 'aborted' }, errors: [] })
  },
)

test('the connection of a client of HTTP/2 that breaks is nobody’s error', async () => {
  const { told, stream, socket } = await serve((_req, res) => void res.write('half'))
  stream.once('data', () => socket.destroy())
  expect(await told()).toMatchObject({ request: { outcome: 'aborted' }, errors: [] })
})

test('the headers of a request of HTTP/2 are there at its end', async () => {
  const { told } = await serve((_req, res) => void res.end(), { 'x-tenant': 'acme' })
  const { request } = await told()
  expect(request['headers']).toMatchObject({ request: { 'x-tenant': 'acme' } })
})
