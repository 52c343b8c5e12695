import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { getOutside } from './get.ts'

const OPTIONS = { reach: 'private', timeoutMs: 5000, maxBytes: 1000 } as const

const names = vi.hoisted(() => new Map<string, string[]>())

vi.mock('node:dns', async (original) => {
  const dns = await original<typeof import('node:dns')>()
  type Done = (error: Error | null, found?: { address: string; family: number }[]) => void
  const lookup = (name: string, options: object, done: Done) => {
    const addresses = names.get(name)
    if (!addresses) return dns.lookup(name, { ...options, all: true }, done)
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  return { ...dns, lookup }
})

async function server(listener: RequestListener): Promise<string> {
  const made = createServer(listener)
  onTestFinished(() => {
    made.closeAllConnections()
    made.close()
  })
  await once(made.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`
}

test('tells status, body and latency of an address', async () => {
  const url = await server((_request, response) => response.writeHead(503).end('{"status":"down"}'))
  const answered = await getOutside(new URL(`${url}/health`), OPTIONS)
  expect(answered).toMatchObject({ status: 503, text: '{"status":"down"}' })
  expect(answered.latencyMs).toBeGreaterThan(0)
})

test('calls no private address unless it is told to', async () => {
  const hits: string[] = []
  const url = new URL(await server((request, response) => response.end(String(hits.push(request.url!)))))
  const given = { ...OPTIONS, reach: 'public' } as const
  names.set('inside.example', ['127.0.0.1', '::1'])
  for (const host of ['127.0.0.1', '127.1', '[::ffff:127.0.0.1]', 'localhost', 'inside.example']) {
    url.hostname = host
    await expect(getOutside(url, given), host).rejects.toThrow('where no calls are made')
  }
  expect(hits).toEqual([])
})

test('checks the address that it connects to, so a name cannot change its mind', async () => {
  const hits: string[] = []
  const url = new URL(await server((request, response) => response.end(String(hits.push(request.url!)))))
  url.hostname = 'rebinding.example'
  names.set('rebinding.example', ['127.0.0.1'])
  expect((await getOutside(url, OPTIONS)).status).toBe(200)
  names.set('rebinding.example', ['169.254.169.254'])
  await expect(getOutside(url, OPTIONS)).rejects.toThrow('where no calls are made')
  // Of several addresses only those that may be called are tried.
  names.set('rebinding.example', ['169.254.169.254', '127.0.0.1'])
  expect((await getOutside(url, OPTIONS)).status).toBe(200)
  expect(hits).toHaveLength(2)
})

test('follows no redirect', async () => {
  const hits: string[] = []
  const url = await server((request, response) => {
    hits.push(request.url!)
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  expect((await getOutside(new URL(`${url}/health`), OPTIONS)).status).toBe(302)
  expect(hits).toEqual(['/health'])
})

test('reads no more of an endless answer than it was told to', async () => {
  const url = await server((_request, response) => {
    const more = (): void => {
      while (response.write('x'.repeat(65_536)));
      response.once('drain', more)
    }
    more()
  })
  const { text } = await getOutside(new URL(url), OPTIONS)
  expect(text).toHaveLength(1000)
})

test('ends an answer that does not come in time', async () => {
  const silent = await server(() => {})
  const stalled = await server((_request, response) => response.write('a'))
  for (const url of [silent, stalled]) {
    const asked = getOutside(new URL(url), { ...OPTIONS, timeoutMs: 50 })
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' })
  }
})
