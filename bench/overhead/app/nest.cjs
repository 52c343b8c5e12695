require('reflect-metadata')
const { Controller, Get, Module, Param } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
const { order, served } = require('./orders.cjs')

// Without a compiler decorators are functions.
class Orders {
  order(id) {
    return order(id)
  }
  served() {
    return served()
  }
}
const { prototype } = Orders
Get('orders/:id')(prototype, 'order', Object.getOwnPropertyDescriptor(prototype, 'order'))
Param('id')(prototype, 'order', 0)
Get('served')(prototype, 'served', Object.getOwnPropertyDescriptor(prototype, 'served'))
Controller()(Orders)

class App {}

exports.start = async (variant) => {
  Module({ imports: variant.imports?.() ?? [], controllers: [Orders] })(App)
  const app = await NestFactory.create(App, { logger: false })
  variant.nest?.(app)
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer()
}
