import { expect, test } from 'vitest'
import { collectorForTest, event } from '../testing/collector.ts'

test('with an address for administration the other one only takes', async () => {
  const hub = await collectorForTest({ adminPort: 0 })
  const { url, adminUrl, dashboardUrl } = hub.collector
  expect(adminUrl).not.toBe(url)
  expect(dashboardUrl).toBe(`${adminUrl}/ui/`)
  expect((await hub.events(event())).status).toBe(201)
  expect((await hub.post('/v1/traces', {})).status).toBe(200)
  for (const path of ['/health', '/ready', '/api/v1/hub/info'])
    expect((await hub.get(path)).status, path).toBe(200)
  expect((await hub.get('/v1/traces')).status).toBe(405)
  for (const path of [
    '/',
    '/ui',
    '/ui/',
    '/ui/login?code=x',
    '/api/v1/hub/events',
    '/api/v1/services',
    '/api/v1/stream',
    '/api/v1/tokens',
    '/api/docs',
    '/openapi.json',
    '/metrics',
  ]) {
    const { status, body } = await hub.get(path)
    expect([path, status, body.message]).toEqual([path, 404, expect.stringContaining('HUBLINE_ADMIN_PORT')])
  }
  const refused = await hub.post('/api/v1/tokens', { name: 'chief', scope: 'admin' })
  expect(refused.status).toBe(404)
  expect((await fetch(`${adminUrl}/api/v1/hub/events`)).status).toBe(200)
  expect((await fetch(`${adminUrl}/metrics`)).status).toBe(200)
  expect((await fetch(`${adminUrl}/openapi.json`)).status).toBe(200)
  await hub.collector.close()
  await expect(fetch(`${adminUrl}/health`)).rejects.toThrow()
})

test('with tokens the link at start leads to that address', async () => {
  const hub = await collectorForTest({ adminPort: 0, tokens: 'read:*:out' })
  const { adminUrl, dashboardUrl } = hub.collector
  expect(dashboardUrl.startsWith(`${adminUrl}/ui/login?code=`)).toBe(true)
  const { status } = await fetch(dashboardUrl, { redirect: 'manual' })
  expect(status).toBe(303)
})
