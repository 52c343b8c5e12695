const fastify = require('fastify')
const { order, served } = require('./orders.cjs')

exports.start = async (variant) => {
  const app = fastify()
  await variant.fastify?.(app)
  app.get('/orders/:id', async (request) => order(request.params.id))
  app.get('/served', async () => served())
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}
