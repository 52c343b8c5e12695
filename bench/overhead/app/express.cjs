const { createServer } = require('node:http')
const express = require('express')
const { order, served } = require('./orders.cjs')

exports.start = async (variant) => {
  const app = express()
  variant.express?.(app)
  app.use(express.json())
  app.get('/orders/:id', (req, res) => void res.json(order(req.params.id)))
  app.get('/served', (req, res) => void res.json(served()))
  const server = createServer(app)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
