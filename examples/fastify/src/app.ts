import { healthHandler, hubline } from '@hubline/fastify'
import fastify, { type FastifyInstance } from 'fastify'

interface Payment {
  sku: string
  quantity: number
}

const payment = {
  type: 'object',
  required: ['sku'],
  properties: { sku: { type: 'string' }, quantity: { type: 'integer', minimum: 1, default: 1 } },
} as const

/** The payments service; `catalogUrl` is where the catalog listens. */
export function createApp(catalogUrl: string): FastifyInstance {
  const app = fastify()

  app.register(hubline) // the one line

  app.get('/health', healthHandler())
  app.get('/slow', () => new Promise((resolve) => setTimeout(resolve, 300, { slept: true })))
  app.get('/fail', async () => {
    throw new TypeError('The card network is down')
  })
  app.get<{ Params: { id: string } }>('/payments/:id', (request) => ({
    id: request.params.id,
    status: 'captured',
  }))

  app.post<{ Body: Payment }>('/payments', { schema: { body: payment } }, async (request, reply) => {
    const { sku, quantity } = request.body
    const answer = await fetch(`${catalogUrl}/products/${encodeURIComponent(sku)}`, {
      headers: request.hub.headers(),
    })
    if (answer.status === 404) return reply.code(422).send({ error: `There is no ${sku}` })
    const { price } = (await answer.json()) as { price: number }
    const amount = price * quantity
    request.hub.metric('payment_amount', amount, { unit: 'EUR', period: 'once' })
    return reply.code(201).send({ amount })
  })

  return app
}
