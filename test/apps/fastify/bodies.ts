import { expect } from 'vitest'
import formbody from '@fastify/formbody'
import busboy from 'busboy'
import type { FastifyError } from 'fastify'
import { multipart } from '../files.ts'
import { fastifyApp } from './make.ts'

const json = { 'Content-Type': 'application/json' }
const post = (path: string, body: string, headers: Record<string, string> = json) => ({
  method: 'POST',
  path,
  headers,
  body,
})

export const bodies = [
  fastifyApp(
    'an API that validates and serialises by its schemas',
    [
      post('/orders', '{"n":"2","extra":1}'),
      post('/orders', '{"n":0}'),
      post('/orders', '{}'),
      post('/orders', '[]'),
      { path: '/orders/7?page=2&tags=a&tags=b' },
      { path: '/orders/x' },
      { path: '/orders/7', headers: { 'x-tenant': 'none' } },
      { path: '/secret' },
      { path: '/wrong' },
      { path: '/attached?n=x' },
      { path: '/formatted?n=x' },
    ],
    (app) => {
      app.addSchema({
        $id: 'order',
        type: 'object',
        properties: { id: { type: 'integer' }, note: { type: 'string', default: 'none' } },
      })
      const body = {
        type: 'object',
        required: ['n'],
        additionalProperties: false,
        properties: { n: { type: 'integer', minimum: 1 } },
      }
      app.post(
        '/orders',
        { schema: { body, response: { 201: { type: 'object', properties: { n: { type: 'integer' } } } } } },
        async (request, reply) => {
          reply.code(201)
          return { ...(request.body as object), hidden: true }
        },
      )
      const schema = {
        params: { type: 'object', properties: { id: { type: 'integer' } } },
        querystring: {
          type: 'object',
          properties: {
            page: { type: 'integer', default: 1 },
            tags: { type: 'array', items: { type: 'string' } },
          },
        },
        headers: { type: 'object', properties: { 'x-tenant': { enum: ['acme'] } } },
        response: { '2xx': { $ref: 'order#' } },
      }
      app.get('/orders/:id', { schema }, async (request) => ({
        ...(request.params as object),
        query: request.query,
      }))
      app.get('/secret', { schema: { response: { 200: { type: 'object', properties: {} } } } }, async () => ({
        password: 1,
      }))
      app.get(
        '/wrong',
        {
          schema: {
            response: { 200: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
          },
        },
        async () => ({ m: 1 }),
      )
      const querystring = { type: 'object', properties: { n: { type: 'integer' } } }
      app.get('/attached', { attachValidation: true, schema: { querystring } }, async (request) => ({
        told: request.validationError?.message,
      }))
      app.get(
        '/formatted',
        { schema: { querystring }, schemaErrorFormatter: (errors) => new Error(`${errors.length} wrong`) },
        async () => ({}),
      )
    },
    {
      errors: [
        'body/n must be >= 1',
        "body must have required property 'n'",
        'body must be object',
        'params/id must be integer',
        'headers/x-tenant must be equal to one of the allowed values',
        '"n" is required!',
        '1 wrong',
      ],
    },
  ),

  fastifyApp(
    'an API with parsers of its own',
    [
      post('/any', '<a>1</a>', { 'Content-Type': 'application/xml' }),
      post('/any', 'a,b', { 'Content-Type': 'text/csv; charset=utf-8' }),
      post('/any', '{"v":1}', { 'Content-Type': 'application/vnd.shop+json' }),
      post('/any', '{v:1}', { 'Content-Type': 'application/vnd.shop+json' }),
      post('/any', 'a=1&b=2', { 'Content-Type': 'application/x-www-form-urlencoded' }),
      post('/any', 'bytes', { 'Content-Type': 'image/png' }),
      post('/any', '{"__proto__":{"x":1}}'),
      post('/any', ''),
      post('/any', '{"a":'),
      post('/any', 'x'.repeat(200), { 'Content-Type': 'text/plain' }),
      post('/any', 'short', { 'Content-Type': 'text/plain', 'Content-Length': '999' }),
      {
        method: 'POST',
        path: '/any',
        headers: { 'Content-Type': 'text/plain' },
        chunks: ['x'.repeat(90), 'y'.repeat(90)],
      },
      { method: 'POST', path: '/any', headers: { 'Content-Type': 'text/plain' }, chunks: ['ab', 'cd'] },
      { method: 'POST', path: '/any' },
      { method: 'DELETE', path: '/any', headers: json, body: '{"n":1}' },
      {
        method: 'POST',
        path: '/form',
        ...multipart([
          { name: 'a', value: '1' },
          { name: 'f', file: 'f.txt', value: 'text' },
        ]),
      },
    ],
    (app) => {
      app.register(formbody)
      app.addContentTypeParser('application/xml', { parseAs: 'string' }, (_request, body, done) =>
        done(null, { xml: body }),
      )
      app.addContentTypeParser(/^text\/csv/, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
        String(body).split(','),
      )
      app.addContentTypeParser(
        /^application\/.+\+json$/,
        { parseAs: 'string' },
        app.getDefaultJsonParser('ignore', 'error'),
      )
      app.all('/any', async (request) => ({ body: request.body ?? null }))
      app.register(async (child) => {
        child.removeAllContentTypeParsers()
        child.addContentTypeParser('*', (_request, _payload, done) => done(null))
        child.post('/form', (request, reply) => {
          const fields: unknown[] = []
          const parser = busboy({ headers: request.headers })
          parser.on('field', (name: string, value: string) => fields.push([name, value]))
          parser.on('file', (name: string, file: NodeJS.ReadableStream) => {
            fields.push([name])
            file.resume()
          })
          parser.on('close', () => reply.send(fields))
          request.raw.pipe(parser)
        })
      })
    },
    {
      options: () => ({ bodyLimit: 150 }),
      errors: [
        "Body is not valid JSON but content-type is set to 'application/json'",
        'Unsupported Media Type',
        "Body is not valid JSON but content-type is set to 'application/json'",
        "Body cannot be empty when content-type is set to 'application/json'",
        "Body is not valid JSON but content-type is set to 'application/json'",
        'Request body is too large',
        'Request body is too large',
        'Request body is too large',
      ],
    },
  ),

  fastifyApp(
    'errors of every shape',
    [
      { path: '/sync' },
      { path: '/async' },
      { path: '/string' },
      { path: '/undefined' },
      { path: '/sent' },
      { path: '/status' },
      { path: '/headers' },
      { path: '/hook' },
      { path: '/callback' },
      { path: '/own' },
      { path: '/scoped/problem' },
      { path: '/scoped/rethrown' },
      { path: '/scoped/deeper/async' },
      { path: '/scoped/nowhere' },
      { path: '/nowhere' },
      { path: '/called-404' },
      { method: 'PATCH', path: '/sync' },
      { path: '/bad-code' },
      { path: '/cyclic' },
      { path: '/stream' },
    ],
    (app) => {
      app.get('/sync', () => {
        throw new Error('sync')
      })
      app.get('/async', async () => {
        throw Object.assign(new Error('async'), { statusCode: 503, code: 'E_DOWN' })
      })
      app.get('/string', async () => {
        throw 'text'
      })
      app.get('/undefined', async () => {
        throw undefined
      })
      app.get('/sent', (_request, reply) => void reply.code(409).send(new Error('sent')))
      app.get('/status', async () => {
        throw Object.assign(new Error('old style'), { status: 402 })
      })
      app.get('/headers', async () => {
        throw Object.assign(new Error('with headers'), { statusCode: 429, headers: { 'retry-after': '3' } })
      })
      const preHandler = async () => {
        throw new Error('in a hook')
      }
      app.get('/hook', { preHandler }, async () => ({}))
      app.get(
        '/callback',
        { onRequest: (_request, _reply, done) => done(new Error('by callback')) },
        async () => ({}),
      )
      app.get(
        '/own',
        {
          errorHandler: (error, _request, reply) =>
            void reply.code(418).send({ own: (error as Error).message }),
        },
        async () => {
          throw new Error('for its own handler')
        },
      )
      app.get('/called-404', (_request, reply) => reply.callNotFound())
      app.get('/bad-code', (_request, reply) => reply.code(1000).send('x'))
      app.get('/cyclic', async () => {
        const loop: { self?: object } = {}
        return (loop.self = loop)
      })
      app.get('/stream', (_request, reply) =>
        reply.send(Object.assign(new Error('no stream'), { statusCode: 507 })),
      )
      app.register(
        async (child) => {
          child.setErrorHandler(async (error: FastifyError, request, reply) => {
            if (error.message === 'rethrown') throw error
            reply.code(error.statusCode ?? 500).type('application/problem+json')
            return { type: 'about:blank', detail: error.message, instance: request.url }
          })
          child.setNotFoundHandler((_request, reply) => void reply.code(410).send('never was'))
          child.get('/problem', async () => {
            throw Object.assign(new Error('a problem'), { statusCode: 422 })
          })
          child.get('/rethrown', async () => {
            throw new Error('rethrown')
          })
          child.register(
            async (deeper) => void deeper.get('/async', async () => Promise.reject(new RangeError('deep'))),
            { prefix: '/deeper' },
          )
        },
        { prefix: '/scoped' },
      )
    },
    {
      errors: [
        'sync',
        'async',
        'text',
        'undefined',
        'sent',
        'old style',
        'with headers',
        'in a hook',
        'by callback',
        'for its own handler',
        'a problem',
        'rethrown',
        'deep',
        'Called reply with an invalid status code: 1000',
        expect.stringContaining('circular'),
        'no stream',
      ],
    },
  ),
]
