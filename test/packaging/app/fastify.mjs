import fastify from 'fastify'
import { hubline } from '@hubline/fastify'

const app = fastify()
app.register(hubline)
app.get('/users/:id', (request) => Promise.resolve({ id: request.params.id }))

const url = await app.listen({ port: 0, host: '127.0.0.1' })
const response = await fetch(`${url}/users/7`)
console.log(await response.text())
await app.close()
