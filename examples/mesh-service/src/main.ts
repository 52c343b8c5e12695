import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { EventBus } from '@hubline/hooks'
import { createService, VERSION } from './service.ts'

const { MESH_URL, PORT = '8001' } = process.env
const bus = new EventBus('my-service', MESH_URL)

const server = createService(bus).listen(Number(PORT), '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
await bus.publishLifecycle('started', { version: VERSION, port, features: ['processing', 'analysis'] })
await bus.register({ healthUrl: `http://127.0.0.1:${port}/health` })
await bus.publishLifecycle('ready', { version: VERSION })
console.log(`my-service listens on http://127.0.0.1:${port}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await bus.publishLifecycle('stopping', { version: VERSION })
    server.closeAllConnections()
    server.close()
    await bus.publishLifecycle('stopped', { version: VERSION })
    await bus.close()
  })
}
