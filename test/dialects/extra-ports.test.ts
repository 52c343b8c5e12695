import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { startCollector } from '../../collector/src/collector.ts'
import { collectorForTest, dataDirectory } from '../../collector/src/testing/collector.ts'
import { quietPort } from '../support/ports.ts'
import { Client, Peer } from './peers.ts'

async function taken(): Promise<number> {
  const server: Server = createServer()
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as { port: number }).port
}

test('every port has the same doors', async () => {
  const { collector } = await collectorForTest({ extraPorts: [0, 0], tokens: 'ingest:*:in,read:*:out' })
  const [mesh, hooks] = collector.extraPorts.map((port) => `http://127.0.0.1:${port}`)
  const at = (url: string, token: string) => new Client(url, { authorization: `Bearer ${token}` })
  const watcher = new Peer('websocket.py', `${hooks}/events/stream`, '{"Authorization": "Bearer out"}')
  expect(await watcher.hear()).toBe('open')
  const sold = { event_type: 'stock.sold', source_service: 'stock', payload: {} }
  expect((await at(mesh!, 'in').post('/api/v1/messagebus/publish', sold)).status).toBe(200)
  expect(JSON.parse(await watcher.hear())).toMatchObject({ event_type: 'stock.sold' })
  expect((await at(hooks!, 'out').get('/events')).body.count).toBe(1)
  expect((await at(collector.url, 'out').get('/api/v1/hub/events')).body.data).toHaveLength(1)
  expect((await new Client(hooks!).get('/events')).status).toBe(401)
  const foreign = await fetch(`${mesh}/health`, { headers: { origin: 'http://evil.example' } })
  expect(foreign.status).toBe(403)
})

test('a connection that is kept open does not hold up the end', async () => {
  // Given to nobody else when it is free again.
  const port = await quietPort()
  const { collector } = await collectorForTest({ extraPorts: [port] })
  const [response] = await once(request({ port, host: '127.0.0.1', path: '/health' }).end(), 'response')
  response.resume()
  await once(response, 'end')
  await collector.close()
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
})

test('a port that is taken ends the start, and says which variable to change', async () => {
  const port = await taken()
  const data = await dataDirectory()
  await expect(startCollector({ port: 0, extraPorts: [0, port], data })).rejects.toThrow(
    new RegExp(`^port ${port} is taken .*HUBLINE_EXTRA_PORTS=<port>`),
  )
  // Nothing of it is left: the same directory can be opened.
  await collectorForTest({ data })
})
