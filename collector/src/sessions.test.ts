import { expect, onTestFinished, test, vi } from 'vitest'
import { Sessions } from './server/sessions.ts'
import { collectorForTest, dataDirectory, event, type Answer, type Json } from './testing/collector.ts'
import { bearer, closedHub, make } from './testing/tokens.ts'

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

test('a session of a token that is bound to one source reads that source alone', async () => {
  const { hub, chief } = await closedHub()
  const { secret } = await make(hub, { name: 'shop', scope: 'read', source: 'shop' }, chief)
  for (const source of ['shop', 'billing']) await hub.events(event({ source }), bearer(chief))
  const signedIn = await hub.post('/api/v1/session', '', bearer(secret))
  expect(signedIn.status).toBe(204)
  const session = cookieOf(signedIn)
  const { data } = (await hub.get('/api/v1/hub/events', session)).body
  expect(data.map(({ source }: Json) => source)).toEqual(['shop'])
  const services = (await hub.get('/api/v1/services', session)).body.data
  expect(services.map(({ name }: Json) => name)).toEqual(['shop'])
  expect((await hub.get('/api/v1/hub/events?source=billing', session)).body.error).toBe('source_mismatch')
  expect((await hub.get('/api/v1/stats', session)).body.error).toBe('insufficient_permissions')
})

test('a session and what it has open end after twelve hours', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const sessions = new Sessions(Date.now)
  const key = { token: 'x', scope: 'read', source: null, ended: new AbortController().signal } as const
  const cookies = sessions.open(key).split(';')[0]!
  vi.advanceTimersByTime(12 * 3_600_000 - 1)
  const { ended } = sessions.find(cookies)!
  expect(ended.aborted).toBe(false)
  vi.advanceTimersByTime(1)
  expect([ended.aborted, sessions.find(cookies)]).toEqual([true, undefined])
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
