// oxlint-disable no-restricted-imports -- A service as its users write one: the demo needs some.
import { hubline } from '@hubline/fastify'
import fastify, { type FastifyInstance } from 'fastify'

/*
 * One of the three services of `hubline demo`, in a process of its own: `service.ts shop`. The shop takes orders and has
 * them paid, payments ask the catalog for prices.
 */
const { PORT = '0', PAYMENTS_URL = '', CATALOG_URL = '' } = process.env
const PRICES: Readonly<Record<string, number>> = { tea: 4, cup: 9, kettle: 39 }
const FAILURES = {
  shop: 'The warehouse did not answer',
  payments: 'The card network is down',
  catalog: 'The index of products is broken',
}

type Name = keyof typeof FAILURES
class OutOfStock extends Error {
  override readonly name: string = 'OutOfStock'
  readonly statusCode = 409
}

interface Order {
  sku: string
  quantity: number
}

const order = {
  type: 'object',
  required: ['sku'],
  properties: { sku: { type: 'string' }, quantity: { type: 'integer', minimum: 1, default: 1 } },
} as const

const ROUTES: Record<Name, (app: FastifyInstance) => void> = {
  shop(app) {
    app.get('/orders/:id', (request) => ({ ...(request.params as object), status: 'shipped' }))
    app.post<{ Body: Order }>(
      '/orders',
      { schema: { body: order } },
      async function placeOrder(request, reply) {
        const { sku, quantity } = request.body
        if (quantity > 10) throw new OutOfStock(`Only 10 of ${sku} left`)
        const answer = await fetch(`${PAYMENTS_URL}/payments`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...request.hub.headers() },
          body: JSON.stringify({ sku, quantity }),
        })
        if (!answer.ok) return reply.code(402).send({ error: 'The payment was declined' })
        const { amount } = (await answer.json()) as { amount: number }
        request.hub.interaction('order_placed', { sku, quantity, amount })
        return reply.code(201).send({ sku, quantity, paid: amount })
      },
    )
  },
  payments(app) {
    app.get('/payments/:id', (request) => ({ ...(request.params as object), status: 'captured' }))
    app.post<{ Body: Order }>('/payments', { schema: { body: order } }, async function pay(request, reply) {
      const { sku, quantity } = request.body
      const product = await fetch(`${CATALOG_URL}/products/${encodeURIComponent(sku)}`, {
        headers: request.hub.headers(),
      })
      if (!product.ok) return reply.code(422).send({ error: `There is no ${sku}` })
      const { price } = (await product.json()) as { price: number }
      request.hub.metric('payment_amount', price * quantity, { unit: 'EUR', period: 'once' })
      return reply.code(201).send({ amount: price * quantity })
    })
  },
  catalog(app) {
    app.get('/products', () => Object.entries(PRICES).map(([sku, price]) => ({ sku, price })))
    app.get<{ Params: { sku: string } }>('/products/:sku', (request, reply) => {
      const { sku } = request.params
      const price = PRICES[sku]
      return price === undefined ? reply.code(404).send({ error: `There is no ${sku}` }) : { sku, price }
    })
  },
}

const name = process.argv[2] as Name
const app = fastify()
app.register(hubline)
app.get('/health', () => ({ status: 'healthy' }))
app.get('/slow', () => new Promise((resolve) => setTimeout(resolve, 300, { slept: true })))
app.get('/fail', async function fail() {
  throw new Error(FAILURES[name])
})
ROUTES[name](app)
console.log(`${name} listens on ${await app.listen({ port: Number(PORT), host: '127.0.0.1' })}`)
