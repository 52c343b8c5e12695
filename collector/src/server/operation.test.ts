import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  cursor,
  duration,
  flag,
  hex,
  limit,
  list,
  oneOf,
  repeated,
  required,
  someOf,
  text,
  time,
} from '../api/parameters.ts'
import { operation } from './operation.ts'
import { route } from './routes.ts'
import { toHttpError } from './to-http-error.ts'

const query = z.object({
  service: text(10),
  limit: limit(200, 50),
  order: oneOf(['asc', 'desc']),
  severity: someOf(['info', 'error']),
  tags: list(2),
  attr: repeated(required(text(20)), 2),
  exact: flag(),
  since: time(),
  min: duration(),
  cursor: cursor(),
  trace: hex(4),
})

async function call(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => {
    const known = toHttpError(error)
    return reply.code(known.status).send(known.body)
  })
  app.decorateRequest('access')
  const params = z.object({ id: required(hex(4)) })
  const declared = { need: 'read', tag: 'Things', summary: 'Things' } as const
  const handler = ({ query: given, params: path }: { query: unknown; params: unknown }) => ({ given, path })
  route(app, '/things/:id', { GET: operation({ ...declared, query, params, handler }) })
  route(app, '/lenient', { GET: operation({ ...declared, query, lenient: true, handler }) })
  const { statusCode, body } = await app.inject(url)
  return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> }
}

test('a handler gets its parameters as what they mean', async () => {
  const given =
    'service=shop&severity=info,error&tags=a,b&attr=x:1&attr=y:2&exact=true&since=2026-01-31&min=1.5s&trace=AB12&cursor='
  const { status, body } = await call(`/things/00FF?${given}`)
  expect(status).toBe(200)
  expect(body).toEqual({
    given: {
      service: 'shop',
      limit: 50,
      severity: ['info', 'error'],
      tags: ['a', 'b'],
      attr: ['x:1', 'y:2'],
      exact: true,
      since: Date.parse('2026-01-31T00:00:00Z'),
      min: 1500,
      trace: 'ab12',
    },
    path: { id: '00ff' },
  })
})

test.each([
  ['/things/00ff?servcie=shop', /^servcie is not known here; this address takes service, limit, /],
  ['/things/00ff?service=shop&service=cart', 'service is given more than once; it must be one value'],
  [
    '/things/00ff?service=a-very-long-name',
    'service is "a-very-long-name"; it must be at most 10 characters',
  ],
  ['/things/00ff?limit=0', 'limit is "0"; it must be a whole number from 1 to 200'],
  ['/things/00ff?order=up', 'order is "up"; it must be asc or desc'],
  [
    '/things/00ff?severity=info,bad',
    'severity is "info,bad"; it must be info, error, or several of them with commas between',
  ],
  ['/things/00ff?attr=a&attr=b&attr=c', 'attr is "a,b,c"; it must be given at most 2 times'],
  ['/things/00ff?exact=1', 'exact is "1"; it must be true or false'],
  [
    '/things/00ff?since=yesterday',
    'since is "yesterday"; it must be an RFC 3339 time such as 2026-01-31T12:00:00Z',
  ],
  ['/things/00ff?min=soon', 'min is "soon"; it must be a duration such as 250ms, 30s, 5m, 1h or 7d'],
  ['/things/00ff?cursor=12', 'cursor is "12"; it must be a cursor as an earlier answer gave it'],
  ['/things/xyz', 'id is "xyz"; it must be 4 hex digits'],
])('%s is refused in words', async (url, message) => {
  const { status, body } = await call(url)
  expect(status).toBe(400)
  expect(body).toEqual({
    error: 'invalid_parameter',
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  })
})

test('a lenient one passes over what it does not know', async () => {
  expect((await call('/lenient?utm=1&service=shop')).body).toMatchObject({ given: { service: 'shop' } })
})
