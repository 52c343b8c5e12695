// A service with Hubline, and an SDK of its own where SDK says so: FRAMEWORK, SDK, SDK_AT (before, after, listening),
// INSTRUMENT. It ends politely on SIGTERM, unless UNMANAGED.
import { once } from 'node:events'
import { load } from './load.mjs'

const { FRAMEWORK = 'express', SDK, SDK_AT = 'before', INSTRUMENT, API, UNMANAGED } = process.env
let shutdown = async () => {}

async function sdkAt(moment) {
  if (!SDK || SDK_AT !== moment) return
  const { startSdk } = await import(`./${SDK}.mjs`)
  shutdown = await startSdk(INSTRUMENT === '1')
}

/** Instrumentations without an SDK. */
async function instrument() {
  if (SDK || !API || INSTRUMENT !== '1') return
  const { HttpInstrumentation } = await load('@opentelemetry/instrumentation-http')
  const { UndiciInstrumentation } = await load('@opentelemetry/instrumentation-undici')
  new HttpInstrumentation().enable()
  new UndiciInstrumentation().enable()
  await load('node:http')
}

/** A span by hand, as an app makes it: where there is no API it does without. */
async function work(name) {
  if (!SDK && !API) return
  const { trace, SpanStatusCode } = await load('@opentelemetry/api')
  const tracer = trace.getTracer('app', '1.2.3')
  tracer.startActiveSpan(name, { attributes: { 'app.step': 1 } }, (span) => {
    span.addEvent('halfway', { left: 2 })
    tracer.startActiveSpan(`${name} inner`, { links: [{ context: span.spanContext() }] }, (inner) => {
      inner.setStatus({ code: SpanStatusCode.ERROR, message: 'spilled' })
      inner.end()
    })
    span.end()
  })
}

const handlers = {
  async user(hub, id) {
    hub.event('app.seen', { id })
    hub.metric('tea_left', 7, { unit: 'g', period: '1h' })
    await work('brew')
    return { id, headers: hub.headers() }
  },
  broken() {
    throw new RangeError('out of tea')
  },
  async far({ headers }) {
    const response = await fetch(`http://${headers.host}/users/9`)
    return response.json()
  },
}

const starters = {
  async express() {
    const { hubline } = await load('@hubline/express')
    const { default: express } = await load('express')
    const app = express()
    app.set('env', 'test')
    app.use(hubline())
    await instrument()
    app.use(express.json())
    app.get('/users/:id', async (req, res) => res.json(await handlers.user(req.hub, req.params.id)))
    app.post('/users/:id', async (req, res) => res.json(await handlers.user(req.hub, req.params.id)))
    app.get('/broken/:id', () => handlers.broken())
    app.get('/hanging/:id', (req) => void req.hub.event('app.hanging'))
    app.get('/far', async (req, res) => res.json(await handlers.far(req)))
    app.get('/health', (req, res) => res.json({}))
    await sdkAt('after')
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return server
  },
  async fastify() {
    const { hubline } = await load('@hubline/fastify')
    const { default: fastify } = await load('fastify')
    const app = fastify()
    app.register(hubline)
    await app.after()
    await instrument()
    app.get('/users/:id', (request) => handlers.user(request.hub, request.params.id))
    app.post('/users/:id', (request) => handlers.user(request.hub, request.params.id))
    app.get('/broken/:id', async () => handlers.broken())
    app.get('/hanging/:id', (request) => {
      request.hub.event('app.hanging')
      return new Promise(() => {})
    })
    app.get('/far', (request) => handlers.far(request))
    app.get('/health', async () => ({}))
    await sdkAt('after')
    await app.listen({ port: 0, host: '127.0.0.1' })
    return app.server
  },
  /** Without a compiler decorators are functions. */
  async nest() {
    await load('reflect-metadata')
    const { Controller, Get, HttpCode, Module, Param, Post, Req } = await load('@nestjs/common')
    const { NestFactory } = await load('@nestjs/core')
    const { HublineModule } = await load('@hubline/nestjs')
    class Kitchen {
      user(id, req) {
        return handlers.user(req.hub, id)
      }
      post(id, req) {
        return handlers.user(req.hub, id)
      }
      broken() {
        handlers.broken()
      }
      hanging(id, req) {
        req.hub.event('app.hanging')
        return new Promise(() => {})
      }
    }
    const { prototype } = Kitchen
    const decorate = (name, ...decorators) => {
      for (const decorator of decorators) {
        decorator(prototype, name, Object.getOwnPropertyDescriptor(prototype, name))
      }
      Param('id')(prototype, name, 0)
      Req()(prototype, name, 1)
    }
    decorate('user', Get('users/:id'))
    decorate('post', Post('users/:id'), HttpCode(200))
    decorate('broken', Get('broken/:id'))
    decorate('hanging', Get('hanging/:id'))
    Controller()(Kitchen)
    class App {}
    Module({ imports: [HublineModule.forRoot()], controllers: [Kitchen] })(App)
    const app = await NestFactory.create(App, { logger: false })
    await sdkAt('after')
    await app.listen(0, '127.0.0.1')
    return app.getHttpServer()
  },
}

await sdkAt('before')
const server = await starters[FRAMEWORK]()
await sdkAt('listening')
const { getHub } = await load('@hubline/core')

async function goodbye() {
  server.closeAllConnections()
  server.close()
  await getHub().close()
  await shutdown()
  process.exitCode = 0
}

if (!UNMANAGED) process.once('SIGTERM', () => void goodbye())
console.log(`ready at http://127.0.0.1:${server.address().port}`)
