import { Router } from 'express'

/** Placing an order charges it; the trace and correlation ids travel with the call. */
export function orders(paymentsUrl: string): Router {
  const router = Router()

  router.get('/:id', (req, res) => {
    const id = Number(req.params.id)
    if (!Number.isInteger(id)) return void res.status(404).json({ error: 'No such order' })
    res.json({ id, status: 'shipped' })
  })

  router.post('/', async (req, res) => {
    const { sku = 'tea', quantity = 1 } = (req.body ?? {}) as { sku?: string; quantity?: number }
    if (quantity > 10) throw Object.assign(new Error(`Only 10 of ${sku} left`), { code: 'OUT_OF_STOCK' })
    const answer = await fetch(`${paymentsUrl}/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...req.hub.headers() },
      body: JSON.stringify({ sku, quantity }),
    })
    if (!answer.ok) return void res.status(402).json({ error: 'The payment was declined' })
    const payment = (await answer.json()) as { amount: number }
    req.hub.interaction('order_placed', { sku, quantity, amount: payment.amount })
    res.status(201).json({ sku, quantity, paid: payment.amount })
  })

  return router
}
