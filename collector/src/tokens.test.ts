import { request } from 'node:http'
import { expect, test } from 'vitest'
import { collectorForTest, event, type TestCollector, type Json } from './testing/collector.ts'

const TOKENS = 'ingest:shop:shop-in,ingest:*:any-in,read:*:all-out,read:shop:shop-out,admin:*:chief'
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

test('without a token 401, with a wrong one too', async () => {
  const hub = await collectorForTest({ tokens: TOKENS })
  for (const headers of [{}, bearer('nope'), bearer('shop-i'), { authorization: 'Basic c2hvcC1pbg==' }]) {
    const { status, body, headers: answered } = await hub.events(event(), headers as Record<string, string>)
    expect([status, body.error]).toEqual([401, 'unauthenticated'])
    expect(answered.get('www-authenticate')).toContain('Bearer')
  }
  for (const path of [
    '/api/v1/hub/events',
    '/api/v1/hub/info',
    '/api/v1/services',
    '/api/v1/stats',
    '/metrics',
    '/api/v1/stream',
  ]) {
    expect((await hub.get(path)).status, path).toBe(401)
  }
  expect((await hub.get('/health')).status).toBe(200)
  expect((await hub.get('/ready')).status).toBe(200)
})

test('scopes hold, and admin is every scope', async () => {
  const hub = await collectorForTest({ tokens: TOKENS })
  expect((await hub.events(event(), bearer('all-out'))).body.error).toBe('insufficient_permissions')
  expect((await hub.get('/api/v1/hub/events', bearer('any-in'))).body.error).toBe('insufficient_permissions')
  expect((await hub.events(event(), bearer('chief'))).status).toBe(201)
  expect((await hub.get('/api/v1/hub/events', bearer('chief'))).status).toBe(200)
  expect((await hub.get('/api/v1/hub/info', bearer('shop-in'))).body.product).toBe('hubline')
})

test('a bound token speaks for its source only', async () => {
  const hub = await collectorForTest({ tokens: TOKENS })
  const single = await hub.events(event({ source: 'billing' }), bearer('shop-in'))
  expect([single.status, single.body.error]).toEqual([403, 'source_mismatch'])
  expect(single.body.message).toContain('shop')
  const batch = await hub.events([event({ source: 'billing' }), event()], bearer('shop-in'))
  expect(batch.body).toMatchObject({ accepted: 1, rejected: [{ index: 0, error: 'source_mismatch' }] })

  const span = {
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    name: 'x',
    startTimeUnixNano: '1',
    endTimeUnixNano: '2',
  }
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'billing' } }] }
  const spans = await hub.post(
    '/v1/traces',
    { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] },
    bearer('shop-in'),
  )
  expect(spans.body.partialSuccess.rejectedSpans).toBe('1')
})

test('a bound token reads its source only', async () => {
  const hub = await collectorForTest({ tokens: TOKENS })
  const { body } = await hub.events(event({ source: 'billing' }), bearer('any-in'))
  await hub.events(event(), bearer('any-in'))
  const own = bearer('shop-out')
  const list = await hub.get('/api/v1/hub/events', own)
  expect(list.body.data.map(({ source }: Json) => source)).toEqual(['shop'])
  expect((await hub.get(`/api/v1/hub/events/${body.id}`, own)).status).toBe(404)
  expect((await hub.get('/api/v1/hub/events?source=billing', own)).body.error).toBe('source_mismatch')
  for (const source of ['shop', 'billing']) await hub.events(event({ id: 'both', source }), bearer('any-in'))
  expect((await hub.get('/api/v1/hub/events/both', own)).body.source).toBe('shop')
  const other = await hub.get('/api/v1/hub/events/both?source=billing', own)
  expect([other.status, other.body.error]).toEqual([403, 'source_mismatch'])
  expect((await hub.get('/api/v1/services', own)).body.data.map(({ name }: Json) => name)).toEqual(['shop'])
  expect((await hub.get('/api/v1/services/billing', own)).status).toBe(404)
  for (const path of ['/api/v1/service-map', '/api/v1/stats', '/metrics']) {
    expect((await hub.get(path, own)).body.error, path).toBe('insufficient_permissions')
  }
})

test('what is open to all tells how much was sent to nobody but those who may read everything', async () => {
  const hub = await collectorForTest({ tokens: TOKENS })
  await hub.events(event({ source: 'billing' }), bearer('any-in'))
  const counts = async (path: string, headers = {}) => {
    const { status, body } = await hub.get(path, headers)
    const { collector, storage } = body
    return [status, body.status, collector.events_processed, collector.active_streams, storage.total_events]
  }
  const hidden = [200, 'healthy', null, null, null]
  for (const headers of [{}, bearer('nonsense'), bearer('any-in'), bearer('shop-out')]) {
    expect(await counts('/health', headers)).toEqual(hidden)
  }
  expect(await counts('/t/all-out/health')).toEqual(hidden)
  expect(await counts('/health', bearer('all-out'))).toEqual([200, 'healthy', 1, 0, 1])
})

test('a token in the path sends and does nothing else', async () => {
  const hub = await collectorForTest({ tokens: TOKENS })
  expect((await hub.post('/t/shop-in/api/v1/hub/events', event())).status).toBe(201)
  expect((await hub.post('/t/shop-in/v1/traces', {})).status).toBe(200)
  expect((await hub.get('/t/shop-in/api/v1/hub/info')).status).toBe(200)
  expect((await hub.get('/t/chief/api/v1/hub/events')).body.error).toBe('insufficient_permissions')
  expect((await hub.post('/t/nope/api/v1/hub/events', event())).status).toBe(401)
  const missing = await hub.get('/t/shop-in/nothing')
  expect(missing.status).toBe(404)
  expect(JSON.stringify(missing.body)).not.toContain('shop-in')
})

test('the link at start signs in once, with a cookie that reads', async () => {
  const hub = await collectorForTest({ tokens: TOKENS })
  const login = hub.collector.dashboardUrl.slice(hub.url.length)
  const { status, headers } = await hub.get(login)
  expect([status, headers.get('location')]).toEqual([303, '/ui/'])
  const cookie = headers.get('set-cookie')!
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/)
  const session = { cookie: cookie.split(';')[0]! }
  expect((await hub.get('/api/v1/services', session)).status).toBe(200)
  expect((await hub.events(event(), session)).status).toBe(403)
  expect((await hub.get('/api/v1/services', { ...session, origin: 'https://evil.example' })).status).toBe(403)
  expect((await hub.get(login)).status).toBe(401)
  expect((await hub.get('/ui/login?code=guess')).status).toBe(401)
  const again = await hub.post('/api/v1/session', '', bearer('all-out'))
  expect(again.status).toBe(204)
  expect(again.headers.get('set-cookie')).toContain('hubline_session=')
})

/** fetch will not set a Host header. */
function getAs(hub: TestCollector, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = hub.collector
    const sent = request(
      { host: '127.0.0.1', port, path: '/api/v1/services', headers, agent: false },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode!))
      },
    )
    sent.on('error', reject).end()
  })
}

test('without tokens the doors look at Host, Origin and proxies', async () => {
  const hub = await collectorForTest()
  expect(await getAs(hub, { host: 'localhost:1' })).toBe(200)
  expect(await getAs(hub, { host: 'evil.example' })).toBe(403)
  expect(await getAs(hub, { host: 'localhost', 'x-forwarded-for': '1.2.3.4' })).toBe(403)
  expect(await getAs(hub, { host: 'localhost', origin: 'https://evil.example' })).toBe(403)
  const evil = await hub.events(event(), { origin: 'https://evil.example' })
  expect([evil.status, evil.body.error]).toEqual([403, 'origin_refused'])
})

test('only OTLP is open to pages of other origins', async () => {
  const { url } = await collectorForTest()
  const preflight = (path: string, origin: string) =>
    fetch(url + path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,traceparent',
      },
    })
  const allowed = await preflight('/v1/traces', 'http://localhost:3000')
  expect(allowed.status).toBe(204)
  expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
  expect(allowed.headers.get('access-control-allow-headers')).toMatch(
    /authorization.*traceparent.*tracestate.*baggage/,
  )
  expect((await preflight('/v1/traces', 'https://evil.example')).status).toBe(403)
  const other = await preflight('/api/v1/hub/events', 'http://localhost:3000')
  expect(other.headers.get('access-control-allow-origin')).toBeNull()
})

test('every answer carries a strict content security policy', async () => {
  const hub = await collectorForTest({ tokens: TOKENS })
  for (const path of ['/', '/health', '/nothing', '/api/v1/services']) {
    const policy = (await hub.get(path)).headers.get('content-security-policy')
    expect(policy, path).toContain("default-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe-inline')
  }
})
