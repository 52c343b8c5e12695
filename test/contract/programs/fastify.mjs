// A service that restarts, under `node --watch`, when the module that its first argument names changes.
import { hubline } from '@hubline/fastify'
import fastify from 'fastify'

await import(process.argv[2])
const app = fastify()
app.register(hubline)
app.get('/users/:id', async (request) => ({ id: request.params.id }))
await app.listen({ port: 0, host: '127.0.0.1' })
