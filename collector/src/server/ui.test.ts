import { request } from 'node:http'
import { expect, test } from 'vitest'
import { collectorForFile, type TestCollector } from '../testing/collector.ts'

const hub = collectorForFile()

/** fetch would tidy the path up. */
function getRaw(hub: TestCollector, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: hub.collector.port, path, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode!, body }))
    })
    sent.on('error', reject).end()
  })
}

test('the root leads to the dashboard', async () => {
  for (const path of ['/', '/ui']) {
    const { status, headers } = await hub().get(path)
    expect([status, headers.get('location')]).toEqual([302, '/ui/'])
  }
  const page = await hub().get('/ui/')
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.headers.get('cache-control')).toBe('no-cache')
})

test.each([
  '/ui/../bin.ts',
  '/ui/..%2fbin.ts',
  '/ui/%2e%2e/bin.ts',
  '/ui/%2e%2e%2fbin.ts',
  '/ui/..%5cbin.ts',
  '/ui//bin.ts',
  '/ui/.hidden',
  '/ui/%00',
  '/ui/nothing.html',
])('%s finds nothing', async (path) => {
  const { status, body } = await getRaw(hub(), path)
  expect(status).toBe(404)
  expect(JSON.parse(body).error).toBe('not_found')
})
