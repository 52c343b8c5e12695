import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { collectorForTest, type TestCollector } from '../testing/collector.ts'
import type { OpenApiDocument, OpenApiOperation } from './document.ts'

/** Answered by its own kind of error, which has no `error`. */
const OTLP = /^\/v1\//

interface Described {
  name: string
  method: string
  path: string
  url: string
  operation: OpenApiOperation
}

const described = async (collector: TestCollector): Promise<Described[]> => {
  const { body } = await collector.get('/openapi.json')
  return Object.entries((body as OpenApiDocument).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      url: path.replace(/\{\w+\}/g, '0af7651916cd43dd8448eb211c80319c'),
      operation,
    })),
  )
}

const secret = () => crypto.randomUUID()

async function ask(url: string, { method }: Described, token?: string) {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    signal: AbortSignal.timeout(20_000),
  })
  const json = response.headers.get('content-type')?.startsWith('application/json')
  const body = (json ? await response.json() : undefined) as Record<string, unknown> | undefined
  if (!json) await response.body?.cancel()
  return { status: response.status, body }
}

test('the document is an OpenAPI document', async () => {
  const { body } = await (await collectorForTest()).get('/openapi.json')
  const result = await new Validator().validate(body as Record<string, unknown>)
  expect(result.errors ?? [], JSON.stringify(result.errors)).toEqual([])
  expect(body.openapi).toBe('3.1.0')
})

test('the page shows each operation, and has neither scripts nor styles of its own', async () => {
  const collector = await collectorForTest()
  const page = (await collector.get('/api/docs')).body as string
  for (const { operation } of await described(collector))
    expect(page).toContain(`id="${operation.operationId}"`)
  expect(page).not.toMatch(/<script|style=|<style|onclick/)
  expect((await collector.get('/api/docs.css')).headers.get('content-type')).toContain('text/css')
})

test('where there are tokens, each operation that is not open wants one, of its scope', async () => {
  const [reading, sending] = [secret(), secret()]
  const tokens = `read:*:${reading},ingest:*:${sending},admin:*:${secret()}`
  const collector = await collectorForTest({ tokens })
  for (const each of await described(collector)) {
    const { name, url, operation } = each
    if (operation.security.length === 0) continue
    const nobody = await ask(collector.url + url, each)
    expect(nobody.status, name).toBe(401)
    if (OTLP.test(url)) expect(nobody.body, name).toMatchObject({ message: expect.any(String) })
    else expect(nobody.body, name).toMatchObject({ error: 'unauthenticated', message: expect.any(String) })
    const needs = /Needs the scope `(\w+)`/.exec(operation.description ?? '')?.[1]
    if (needs === undefined) continue
    const other = await ask(collector.url + url, each, needs === 'read' ? sending : reading)
    expect(other.status, name).toBe(403)
    if (!OTLP.test(url))
      expect(other.body, name).toMatchObject({
        error: 'insufficient_permissions',
        message: expect.stringContaining(needs),
      })
  }
})

test('no parameter of any operation makes it fail', async () => {
  const collector = await collectorForTest()
  const hostile = [
    '',
    '\u0000',
    "'; DROP TABLE events; --",
    '../../etc/passwd',
    '%',
    '-1',
    '1e999',
    '🙂',
    'NaN',
    'x'.repeat(2000),
  ]
  for (const each of await described(collector)) {
    const { name, url, operation, method, path } = each
    if (method !== 'GET' || path.includes('stream') || path === '/ready') continue
    for (const { name: parameter, in: place } of operation.parameters) {
      for (const value of hostile) {
        if (place === 'path' && value === '') continue
        const target =
          place === 'query'
            ? `${url}?${parameter}=${encodeURIComponent(value)}`
            : path.replace(`{${parameter}}`, encodeURIComponent(value)).replace(/\{\w+\}/g, '1')
        const { status, body } = await ask(collector.url + target, each)
        expect(status, `${name} ${parameter}=${value}`).toBeLessThan(500)
        if (status >= 400)
          expect(body, `${name} ${parameter}=${value}`).toMatchObject({
            error: expect.any(String),
            message: expect.any(String),
          })
        expect(Object.keys(operation.responses), `${name} ${parameter}=${value}`).toContain(String(status))
      }
    }
  }
})

test('what an address without parameters answers where it is given one, and what is no JSON, is described', async () => {
  const collector = await collectorForTest()
  for (const each of await described(collector)) {
    if (each.method !== 'GET' || each.path.includes('stream')) continue
    const response = await fetch(`${collector.url}${each.url}?nonsense=1`, { redirect: 'manual' })
    const said = each.operation.responses[response.status]
    expect([each.name, response.status, said]).toEqual([each.name, response.status, expect.anything()])
    const type = response.headers.get('content-type')?.split(';')[0]
    if (type !== undefined) expect([each.name, Object.keys(said!.content ?? {})]).toEqual([each.name, [type]])
    await response.body?.cancel()
  }
})

test('each address says which methods it takes', async () => {
  const collector = await collectorForTest()
  for (const [path, all] of Map.groupBy(await described(collector), ({ url }) => url)) {
    const methods = all.map(({ method }) => method)
    const other = ['GET', 'POST', 'DELETE'].find((method) => !methods.includes(method))!
    const response = await fetch(collector.url + path, { method: other })
    expect(response.status, path).toBe(405)
    expect(response.headers.get('allow')?.split(', '), path).toEqual(expect.arrayContaining(methods))
    await response.body?.cancel()
  }
})
