import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { memorySink } from '@hubline/core/testing'
import { hubline } from '@hubline/express'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'

test('a client that leaves while it sends is nobody’s error, though the parser says so first', async () => {
  const sink = memorySink()
  const app = express()
  app.use(hubline({ ...sink.options, source: 'left' }))
  app.use(express.json())
  app.post('/', (_req, res) => void res.end())
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n'
  socket.write(`${head}{"n"`, () => setImmediate(() => socket.resetAndDestroy()))
  expect((await sink.event('InteractionDetected')).payload).toMatchObject({ outcome: 'aborted' })
  expect(sink.ofType('ErrorReported')).toEqual([])
})
