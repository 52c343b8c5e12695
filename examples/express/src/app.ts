import { healthHandler, hubline } from '@hubline/express'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { orders } from './orders.ts'

/** The shop; `paymentsUrl` is where the payments service listens. */
export function createApp(paymentsUrl: string): Express {
  const app = express()

  app.use(hubline()) // the one line

  app.use(express.json())
  app.use('/orders', orders(paymentsUrl))
  app.get('/', (_req, res) => void res.json({ service: 'shop', try: ['/orders/7', '/slow', '/fail'] }))
  app.get('/health', healthHandler())
  app.get('/slow', (_req, res) => void setTimeout(() => res.json({ slept: true }), 300))
  app.get('/fail', async () => {
    throw new Error('The warehouse did not answer')
  })
  app.use(outOfStock)
  return app
}

const outOfStock: ErrorRequestHandler = (error, _req, res, next) => {
  if (error?.code !== 'OUT_OF_STOCK') return next(error)
  res.status(409).json({ error: error.message })
}
