// An app of the framework that its first argument names, with Hubline or, if the second is "bare", without; /crash ends it.
const [framework, how] = process.argv.slice(2)
const options = { source: 'mortal', env: 'test', batchTimeout: '20ms', heartbeatInterval: '1h' }
const watched = how !== 'bare'

/** Nobody catches it: not in the course of a request as a framework sees it. */
function crash() {
  setTimeout(() => {
    throw new TypeError('nobody caught this')
  }, 1)
}

const starts = {
  async express() {
    const { default: express } = await import('express')
    const { hubline } = await import('@hubline/express')
    const app = express()
    if (watched) app.use(hubline(options))
    app.get('/answers', (_request, response) => response.send('done'))
    app.get('/crash', () => crash())
    const server = app.listen(0, '127.0.0.1', () => listens(server))
  },

  async fastify() {
    const { default: fastify } = await import('fastify')
    const { default: hubline } = await import('@hubline/fastify')
    const app = fastify()
    if (watched) await app.register(hubline, options)
    app.get('/answers', async () => 'done')
    app.get('/crash', () => crash())
    await app.listen({ port: 0, host: '127.0.0.1' })
    listens(app.server)
  },

  async nestjs() {
    await import('reflect-metadata')
    const { Controller, Get, Module } = await import('@nestjs/common')
    const { NestFactory } = await import('@nestjs/core')
    const { HublineModule } = await import('@hubline/nestjs')
    class Answering {
      answers() {
        return 'done'
      }
      crash() {
        crash()
        return new Promise(() => {})
      }
    }
    for (const name of ['answers', 'crash']) {
      Get(name)(Answering.prototype, name, Object.getOwnPropertyDescriptor(Answering.prototype, name))
    }
    Controller()(Answering)
    class App {}
    Module({ imports: watched ? [HublineModule.forRoot(options)] : [], controllers: [Answering] })(App)
    const app = await NestFactory.create(App, { logger: false })
    await app.listen(0, '127.0.0.1')
    listens(app.getHttpServer())
  },
}

const listens = (server) => console.log(`listens on ${server.address().port}`)
await starts[framework]()
