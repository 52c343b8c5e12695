import { once } from 'node:events'
import { Agent, get as httpGet } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { collectorForTest, event, type Json } from './testing/collector.ts'
import { bearer, closedHub, make, order } from './testing/tokens.ts'

test('after a rotation both secrets hold, until the overlap is over', async () => {
  let now = Date.now()
  const { hub, chief } = await closedHub({ clock: () => now })
  const { id, secret: old } = await make(hub, { name: 'app', scope: 'ingest' }, chief)
  const rotated = await hub.post(`/api/v1/tokens/${id}/rotate`, { overlap: '10m' }, bearer(chief))
  const fresh: string = rotated.body.secret
  expect(rotated.body).toMatchObject({ id, overlap_until: new Date(now + 600_000).toISOString() })
  for (const secret of [old, fresh]) expect((await order(hub, secret)).status).toBe(201)
  now += 600_000
  expect((await order(hub, old)).status).toBe(401)
  expect((await order(hub, fresh)).status).toBe(201)
  const list = (await hub.get('/api/v1/tokens', bearer(chief))).body.data
  expect(list[1].overlap_until).toBeNull()
})

test('a rotation without overlap ends the old secret, and too many at once are refused', async () => {
  const { hub, chief } = await closedHub()
  const { id, secret } = await make(hub, { name: 'app', scope: 'ingest' }, chief)
  const rotate = (overlap?: string) =>
    hub.post(`/api/v1/tokens/${id}/rotate`, overlap === undefined ? {} : { overlap }, bearer(chief))
  const statuses: number[] = []
  for (let round = 0; round < 6; round++) statuses.push((await rotate()).status)
  expect(statuses).toEqual([200, 200, 200, 200, 409, 409])
  const last = (await rotate('0s')).body.secret
  expect((await order(hub, secret)).status).toBe(401)
  expect((await order(hub, last)).status).toBe(201)
  expect((await rotate('31d')).body.errors.overlap).toEqual(['must be at most 30d'])
  const { id: other } = await make(hub, { name: 'other', scope: 'ingest' }, chief)
  const bare = await fetch(`${hub.url}/api/v1/tokens/${other}/rotate`, {
    method: 'POST',
    headers: bearer(chief),
  })
  expect(bare.status).toBe(200)
})

test('a token ends when it expires', async () => {
  let now = Date.now()
  const { hub, chief } = await closedHub({ clock: () => now })
  const { id, secret } = await make(hub, { name: 'guest', scope: 'read', expires: '1h' }, chief)
  expect((await hub.get('/api/v1/services', bearer(secret))).status).toBe(200)
  now += 3_600_000
  expect((await hub.get('/api/v1/services', bearer(secret))).status).toBe(401)
  const listed = (await hub.get('/api/v1/tokens', bearer(chief))).body.data.find(
    (each: Json) => each.id === id,
  )
  expect(listed.state).toBe('expired')
  const rotated = await hub.post(`/api/v1/tokens/${id}/rotate`, {}, bearer(chief))
  expect([rotated.status, rotated.body.message]).toEqual([409, expect.stringContaining('is expired')])
})

test('revoking ends what the token has open, by itself, and its kept connections', async () => {
  const { hub, chief } = await closedHub()
  const { id, secret } = await make(hub, { name: 'screen', scope: 'read' }, chief)
  const stream = await fetch(`${hub.url}/api/v1/stream`, { headers: bearer(secret) })
  expect(stream.status).toBe(200)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const kept = async (): Promise<number> => {
    const asked = httpGet(`${hub.url}/api/v1/services`, { agent, headers: bearer(secret) })
    const [response] = await once(asked, 'response')
    await once(response.resume(), 'end')
    return response.statusCode
  }
  expect(await kept()).toBe(200)
  const revoked = await hub.post(`/api/v1/tokens/${id}/revoke`, '', bearer(chief))
  expect(revoked.body.state).toBe('revoked')
  // It ends by itself: nobody closes it here.
  await stream.text()
  expect(await kept()).toBe(401)
  agent.destroy()
  expect((await hub.post(`/api/v1/tokens/${id}/revoke`, '', bearer(chief))).status).toBe(409)
})

test('revoking ends a WebSocket that the token has open', async () => {
  const { hub, chief } = await closedHub()
  const { id, secret } = await make(hub, { name: 'screen', scope: 'read' }, chief)
  const socket = connect(hub.collector.port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const upgrade = [
    'GET /events/stream HTTP/1.1',
    'host: localhost',
    `authorization: Bearer ${secret}`,
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
  ]
  socket.write(`${upgrade.join('\r\n')}\r\n\r\n`)
  const [head] = (await once(socket, 'data')) as [Buffer]
  expect(head.toString()).toMatch(/^HTTP\/1\.1 101 /)
  const [revoked, [frame]] = await Promise.all([
    hub.post(`/api/v1/tokens/${id}/revoke`, '', bearer(chief)),
    once(socket, 'data') as Promise<[Buffer]>,
  ])
  expect(revoked.body.state).toBe('revoked')
  const CLOSE = 0x88
  expect(frame[0]).toBe(CLOSE)
  expect(frame.toString()).toContain('the token has ended')
})

test('a body that was still coming when its token was revoked is not stored', async () => {
  const { hub, chief } = await closedHub()
  const { id, secret } = await make(hub, { name: 'app', scope: 'ingest' }, chief)
  const body = new TransformStream<Uint8Array, Uint8Array>()
  const writer = body.writable.getWriter()
  const answered = fetch(`${hub.url}/api/v1/hub/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(secret) },
    body: body.readable,
    duplex: 'half',
  } as RequestInit)
  const text = new TextEncoder().encode(JSON.stringify(event()))
  await writer.write(text.slice(0, 10))
  await hub.post(`/api/v1/tokens/${id}/revoke`, '', bearer(chief))
  await writer.write(text.slice(10))
  await writer.close()
  const answer = await answered
  expect([answer.status, ((await answer.json()) as Json).error]).toEqual([401, 'unauthenticated'])
  expect((await hub.get('/api/v1/hub/events', bearer(chief))).body.data).toEqual([])
})

test('streams of the open collector end when its doors close', async () => {
  const hub = await collectorForTest()
  const stream = await fetch(`${hub.url}/api/v1/stream`)
  await make(hub, { name: 'chief', scope: 'admin' })
  await stream.text()
  expect((await hub.get('/api/v1/stream')).status).toBe(401)
})

test('over gRPC a revoked token is refused on a connection that was open before', async () => {
  const { hub, chief } = await closedHub({ grpcPort: 0 })
  const { id, secret } = await make(hub, { name: 'app', scope: 'ingest' }, chief)
  const session = connectHttp2(`http://127.0.0.1:${hub.collector.grpcPort}`)
  const call = async (): Promise<unknown> => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...bearer(secret),
    })
    // An empty message, not compressed.
    stream.end(Buffer.alloc(5))
    const told: Record<string, unknown>[] = []
    stream.on('response', (headers) => told.push(headers)).on('trailers', (trailers) => told.push(trailers))
    await once(stream.resume(), 'close')
    return told.findLast((headers) => 'grpc-status' in headers)?.['grpc-status']
  }
  expect(await call()).toBe('0')
  await hub.post(`/api/v1/tokens/${id}/revoke`, '', bearer(chief))
  expect(await call()).toBe('16')
  session.close()
})
