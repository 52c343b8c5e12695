// node traced.cjs <framework>: asks an app of a host with all instrumentations, first without and then with Hubline, and prints
// what the host's own SDK was told of each: { without: Span[], with: Span[] }.
const { trace } = require('@opentelemetry/api')
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express')
const { FastifyOtelInstrumentation } = require('@fastify/otel')
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
const { startNodeSdk } = require('@opentelemetry/sdk-node')

let ended = []
const keep = {
  onStart() {},
  onEnd: (span) => void ended.push(span),
  forceFlush: async () => {},
  shutdown: async () => {},
}
const ofFastify = new FastifyOtelInstrumentation()
startNodeSdk({
  instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation(), ofFastify],
  spanProcessors: [keep],
})
const http = require('node:http')
const express = require('express')

const listen = async (server) => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, end: () => new Promise((resolve) => server.close(resolve)) }
}
const brew = (id) => trace.getTracer('app').startActiveSpan('brew', (span) => (span.end(), { id }))

function expressApp(line) {
  const app = express()
  app.set('env', 'test')
  if (line) app.use(require('@hubline/express').hubline())
  app.use(express.json())
  const users = express.Router()
  users.use(function guard(req, res, next) {
    setImmediate(next)
  })
  users.get('/:id', (req, res) => void res.json(brew(req.params.id)))
  users.post('/:id', async (req, res) => void res.json(brew(req.params.id)))
  app.use('/users', users)
  app.get('/broken/:id', () => {
    throw new RangeError('out of tea')
  })
  return app
}

async function fastifyApp(line, registeredFirst) {
  const app = require('fastify')()
  const hubline = () => line && app.register(require('@hubline/fastify').hubline)
  if (registeredFirst) await hubline()
  await app.register(ofFastify.plugin())
  if (!registeredFirst) await hubline()
  app.addHook('preHandler', function guard(request, reply, next) {
    setImmediate(next)
  })
  app.get('/users/:id', async (request) => brew(request.params.id))
  app.post('/users/:id', async (request) => brew(request.params.id))
  app.get('/broken/:id', async () => {
    throw new RangeError('out of tea')
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { server: app.server, end: () => app.close() }
}

/** Without a compiler decorators are functions. */
async function nestApp(line) {
  require('reflect-metadata')
  const { Controller, Get, Module, Param, Post } = require('@nestjs/common')
  const { NestFactory } = require('@nestjs/core')
  class Kitchen {
    user(id) {
      return brew(id)
    }
    post(id) {
      return brew(id)
    }
    broken() {
      throw new RangeError('out of tea')
    }
  }
  const { prototype } = Kitchen
  for (const [name, decorate] of Object.entries({
    user: Get('users/:id'),
    post: Post('users/:id'),
    broken: Get('broken/:id'),
  })) {
    decorate(prototype, name, Object.getOwnPropertyDescriptor(prototype, name))
    Param('id')(prototype, name, 0)
  }
  Controller()(Kitchen)
  class App {}
  const imports = line ? [require('@hubline/nestjs').HublineModule.forRoot()] : []
  Module({ imports, controllers: [Kitchen] })(App)
  const app = await NestFactory.create(App, { logger: false })
  await app.listen(0, '127.0.0.1')
  return { server: app.getHttpServer(), end: () => app.close() }
}

const apps = {
  express: (line) => listen(http.createServer(expressApp(line))),
  fastify: (line) => fastifyApp(line, false),
  'fastify, line first': (line) => fastifyApp(line, true),
  nest: nestApp,
}

async function spansOf(start, line) {
  const { server, end } = await start(line)
  ended = []
  const url = `http://127.0.0.1:${server.address().port}`
  const headers = { connection: 'close', 'content-type': 'application/json' }
  await (await fetch(`${url}/users/7`, { headers })).text()
  await (await fetch(`${url}/users/7`, { headers, method: 'POST', body: '{"n":1}' })).text()
  await (await fetch(`${url}/broken/7`, { headers })).text()
  await (await fetch(`${url}/nowhere`, { headers })).text()
  await end()
  return ended.map((span) => ({
    name: span.name,
    kind: span.kind,
    trace: span.spanContext().traceId,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    attributes: span.attributes,
  }))
}

async function main([framework]) {
  const without = await spansOf(apps[framework], false)
  const withLine = await spansOf(apps[framework], true)
  console.log(JSON.stringify({ without, with: withLine }))
  await require('@hubline/core').getHub().close()
  process.exit()
}

void main(process.argv.slice(2))
