import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Agent, get as httpGet } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import {
  collectorForTest,
  dataDirectory,
  event,
  type Answer,
  type Json,
  type TestCollector,
} from './testing/collector.ts'

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

interface Made extends Record<string, Json> {
  id: string
  secret: string
}

async function make(hub: TestCollector, token: object, by?: string): Promise<Made> {
  const { status, body } = await hub.post('/api/v1/tokens', token, by ? bearer(by) : {})
  expect([status, body]).toEqual([201, expect.objectContaining({ state: 'active' })])
  return body
}

/** A collector whose first token is made already. */
async function closedHub(
  options: Parameters<typeof collectorForTest>[0] = {},
): Promise<{ hub: TestCollector; chief: string; chiefId: string }> {
  const hub = await collectorForTest(options)
  const { id, secret } = await make(hub, { name: 'chief', scope: 'admin' })
  return { hub, chief: secret, chiefId: id }
}

const order = (hub: TestCollector, secret: string, overrides = {}): Promise<Answer> =>
  hub.events(event(overrides), bearer(secret))

test('the first token is an admin without expiry, and closes the doors', async () => {
  const hub = await collectorForTest()
  for (const token of [
    { name: 'app', scope: 'ingest' },
    { name: 'chief', scope: 'admin', expires: '30d' },
  ]) {
    const refused = await hub.post('/api/v1/tokens', token)
    expect([refused.status, refused.body.error]).toEqual([409, 'conflict'])
    expect(refused.body.message).toContain('the first token must have the scope "admin"')
  }
  expect((await hub.events(event())).status).toBe(201)
  const { secret } = await make(hub, { name: 'chief', scope: 'admin' })
  expect((await hub.events(event())).status).toBe(401)
  expect((await hub.get('/api/v1/tokens')).status).toBe(401)
  expect((await order(hub, secret)).status).toBe(201)
})

test('a secret is shown once, of a form of its own, and kept only as its hash', async () => {
  const data = await dataDirectory()
  const { hub, chief } = await closedHub({ data })
  expect(chief).toMatch(/^hbl_[0-9A-Za-z]{38}$/)
  const other = await make(hub, { name: 'app', scope: 'ingest', source: 'shop' }, chief)
  expect(other.secret).not.toBe(chief)
  const file = join(data, 'tokens.json')
  const written = await readFile(file, 'utf8')
  const listed = JSON.stringify((await hub.get('/api/v1/tokens', bearer(chief))).body)
  for (const secret of [chief, other.secret]) {
    expect(written).not.toContain(secret)
    expect(listed).not.toContain(secret.slice(4))
    expect(listed).not.toMatch(/[0-9a-f]{64}/)
  }
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('a token is bound to the source that was said, whatever it is called', async () => {
  const { hub, chief } = await closedHub()
  const { secret } = await make(hub, { name: 'billing-production', scope: 'ingest', source: 'shop' }, chief)
  expect((await order(hub, secret, { source: 'billing' })).body.error).toBe('source_mismatch')
  expect((await order(hub, secret, { source: 'billing-production' })).status).toBe(403)
  expect((await order(hub, secret, { source: 'shop' })).status).toBe(201)
  expect((await hub.get('/api/v1/hub/events', bearer(secret))).status).toBe(403)
})

test('tokens are there again after a restart, and the doors stay closed', async () => {
  const data = await dataDirectory()
  const { hub, chief, chiefId } = await closedHub({ data })
  const { secret, id } = await make(hub, { name: 'app', scope: 'ingest', source: 'shop' }, chief)
  await order(hub, secret)
  await hub.collector.close()
  const again = await collectorForTest({ data })
  expect((await again.events(event())).status).toBe(401)
  expect((await order(again, secret)).status).toBe(201)
  const { body } = await again.get('/api/v1/tokens', bearer(chief))
  expect(body.data).toMatchObject([
    { id: chiefId, name: 'chief', scope: 'admin', source: '*', origin: 'stored' },
    { id, name: 'app', scope: 'ingest', source: 'shop', last_used_at: expect.stringMatching(/:00\.000Z$/) },
  ])
})

test('stored tokens are enough to listen on another address', async () => {
  const data = await dataDirectory()
  await expect(collectorForTest({ data, host: '0.0.0.0' })).rejects.toThrow(/needs tokens/)
  const { hub, chief } = await closedHub({ data })
  await hub.collector.close()
  const open = await collectorForTest({ data, host: '0.0.0.0' })
  expect((await open.get('/api/v1/services')).status).toBe(401)
  expect((await open.get('/api/v1/services', bearer(chief))).status).toBe(200)
})

test('a file of tokens that cannot be read is not passed over', async () => {
  const data = await dataDirectory()
  for (const [text, message] of [
    ['{', /tokens\.json is not JSON/],
    ['{"version":1,"tokens":[{"id":"x"}]}', /tokens\.json is damaged at tokens\.0\.name/],
    ['{"version":9,"tokens":[]}', /is of version 9, made by a newer collector/],
  ] as const) {
    await writeFile(join(data, 'tokens.json'), text)
    await expect(collectorForTest({ data })).rejects.toThrow(message)
  }
})

test('what cannot be a token is told by field', async () => {
  const { hub, chief } = await closedHub()
  const cases: [object, string, RegExp][] = [
    [{ scope: 'read' }, 'name', /is required/],
    [{ name: 'x'.repeat(101), scope: 'read' }, 'name', /at most 100/],
    [{ name: 'a\nb', scope: 'read' }, 'name', /control characters/],
    [{ name: 'a', scope: 'write' }, 'scope', /must be one of ingest, read, admin/],
    [{ name: 'a', scope: 'read', source: '' }, 'source', /must not be empty/],
    [{ name: 'a', scope: 'read', expires: 'soon' }, 'expires', /RFC 3339 time, or a duration/],
    [{ name: 'a', scope: 'read', expires: '2001-01-01' }, 'expires', /must lie ahead/],
    [{ name: 'a', scope: 'admin', source: 'shop' }, 'source', /admin token holds for any source/],
    [{ name: 'a', scope: 'read', secret: 'mine' }, 'body', /secret/],
  ]
  for (const [token, field, message] of cases) {
    const { status, body } = await hub.post('/api/v1/tokens', token, bearer(chief))
    expect([status, body.error], JSON.stringify(body)).toEqual([422, 'validation_failed'])
    expect(body.errors[field].join()).toMatch(message)
  }
  expect((await hub.post('/api/v1/tokens', '{', bearer(chief))).body.error).toBe('invalid_json')
  const text = await hub.post('/api/v1/tokens', '{}', { ...bearer(chief), 'content-type': 'text/plain' })
  expect(text.status).toBe(415)
  const taken = await hub.post('/api/v1/tokens', { name: 'chief', scope: 'read' }, bearer(chief))
  expect([taken.status, taken.body.message]).toEqual([409, expect.stringContaining('"chief" already')])
})

test('only admins see and make tokens', async () => {
  const { hub, chief } = await closedHub()
  for (const scope of ['read', 'ingest']) {
    const { secret, id } = await make(hub, { name: scope, scope }, chief)
    expect((await hub.get('/api/v1/tokens', bearer(secret))).status).toBe(403)
    for (const path of ['', `/${id}/rotate`, `/${id}/revoke`]) {
      expect((await hub.post(`/api/v1/tokens${path}`, {}, bearer(secret))).status).toBe(403)
    }
  }
})

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

test('revoking ends what the token has open, within a second, and its kept connections', async () => {
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
  const since = performance.now()
  expect(revoked.body.state).toBe('revoked')
  // It ends by itself: nobody closes it here.
  await stream.text()
  expect(performance.now() - since).toBeLessThan(1000)
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

test('the last admin cannot be revoked, but given a new secret', async () => {
  const { hub, chief, chiefId } = await closedHub()
  const refused = await hub.post(`/api/v1/tokens/${chiefId}/revoke`, '', bearer(chief))
  expect([refused.status, refused.body.message]).toEqual([409, expect.stringContaining('last admin token')])
  const { body } = await hub.post(`/api/v1/tokens/${chiefId}/rotate`, { overlap: '0s' }, bearer(chief))
  expect((await hub.get('/api/v1/tokens', bearer(chief))).status).toBe(401)
  const second = await make(hub, { name: 'second', scope: 'admin' }, body.secret)
  expect((await hub.post(`/api/v1/tokens/${chiefId}/revoke`, '', bearer(second.secret))).status).toBe(200)
  expect((await hub.get('/api/v1/tokens', bearer(body.secret))).status).toBe(401)
})

test('tokens of the configuration are listed, and changed only there', async () => {
  const hub = await collectorForTest({ tokens: 'admin:*:chief,ingest:shop:s3cret' })
  const { body } = await hub.get('/api/v1/tokens', bearer('chief'))
  expect(body.data).toMatchObject([
    { id: 'configured-1', scope: 'admin', source: '*', origin: 'configured' },
    { id: 'configured-2', scope: 'ingest', source: 'shop' },
  ])
  expect(JSON.stringify(body)).not.toContain('s3cret')
  const refused = await hub.post('/api/v1/tokens/configured-2/revoke', '', bearer('chief'))
  expect([refused.status, refused.body.message]).toEqual([409, expect.stringContaining('HUBLINE_TOKENS')])
  expect((await hub.post('/api/v1/tokens/nobody/revoke', '', bearer('chief'))).status).toBe(404)
  // With an admin in the configuration the first stored token may be of any scope.
  const { secret } = await make(hub, { name: 'app', scope: 'ingest' }, 'chief')
  expect((await order(hub, secret)).status).toBe(201)
})

test('a mistyped secret is told from one that is not known', async () => {
  const { hub, chief } = await closedHub()
  const last = chief.at(-1) === 'a' ? 'b' : 'a'
  const mistyped = await hub.get('/api/v1/tokens', bearer(chief.slice(0, -1) + last))
  expect([mistyped.status, mistyped.body.message]).toEqual([401, expect.stringContaining('mistyped')])
  expect((await hub.get('/api/v1/tokens', bearer('other'))).body.message).toContain('not known here')
})

/** The Cookie header that a `Set-Cookie` leads to. */
function cookieOf({ headers }: Answer): { cookie: string } {
  return { cookie: headers.get('set-cookie')!.split(';')[0]! }
}

test('a session can do what its token can, and ends with it', async () => {
  const { hub, chief } = await closedHub()
  const reader = await make(hub, { name: 'screen', scope: 'read' }, chief)
  const sender = await make(hub, { name: 'app', scope: 'ingest' }, chief)
  expect((await hub.post('/api/v1/session', '', bearer(sender.secret))).status).toBe(403)
  expect((await hub.post('/api/v1/session', '')).status).toBe(401)
  const signedIn = await hub.post('/api/v1/session', '', bearer(reader.secret))
  expect(signedIn.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict$/)
  const session = cookieOf(signedIn)
  expect((await hub.get('/api/v1/services', session)).status).toBe(200)
  expect((await hub.get('/api/v1/tokens', session)).status).toBe(403)
  const admin = cookieOf(await hub.post('/api/v1/session', '', bearer(chief)))
  expect((await hub.get('/api/v1/tokens', admin)).status).toBe(200)

  const stream = await fetch(`${hub.url}/api/v1/stream`, { headers: session })
  expect(stream.status).toBe(200)
  await hub.post(`/api/v1/tokens/${reader.id}/revoke`, '', bearer(chief))
  await stream.text()
  expect((await hub.get('/api/v1/services', session)).status).toBe(401)
  expect((await hub.get('/api/v1/services', admin)).status).toBe(200)
})

test('signing out ends the session and what it has open', async () => {
  const { hub, chief } = await closedHub()
  const session = cookieOf(await hub.post('/api/v1/session', '', bearer(chief)))
  const other = cookieOf(await hub.post('/api/v1/session', '', bearer(chief)))
  const stream = await fetch(`${hub.url}/api/v1/stream`, { headers: session })
  const left = await fetch(`${hub.url}/api/v1/session`, { method: 'DELETE', headers: session })
  expect([left.status, left.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')])
  await stream.text()
  expect((await hub.get('/api/v1/services', session)).status).toBe(401)
  expect((await hub.get('/api/v1/services', other)).status).toBe(200)
})

test('a cookie is of no use to a page of another origin', async () => {
  const { hub, chief } = await closedHub()
  const session = cookieOf(await hub.post('/api/v1/session', '', bearer(chief)))
  for (const origin of ['https://evil.example', `http://localhost:${hub.collector.port + 1}`, 'null']) {
    const made = await hub.post('/api/v1/tokens', { name: 'evil', scope: 'admin' }, { ...session, origin })
    expect([origin, made.body.error]).toEqual([origin, 'origin_refused'])
  }
  const own = await hub.post(
    '/api/v1/tokens',
    { name: 'own', scope: 'read' },
    { ...session, origin: hub.url },
  )
  expect(own.status).toBe(201)
})

test('the link at start runs out', async () => {
  const data = await dataDirectory()
  const { hub, chief } = await closedHub({ data })
  await hub.collector.close()
  let now = Date.now()
  const again = await collectorForTest({ data, clock: () => now })
  const path = again.collector.dashboardUrl.slice(again.url.length)
  expect(path).toMatch(/^\/ui\/login\?code=/)
  now += 15 * 60_000 + 1
  expect((await again.get(path)).status).toBe(401)
  expect((await again.get('/api/v1/services', bearer(chief))).status).toBe(200)
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
