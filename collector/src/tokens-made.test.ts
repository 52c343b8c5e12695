import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { collectorForTest, dataDirectory, event } from './testing/collector.ts'
import { bearer, closedHub, make, order } from './testing/tokens.ts'

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
