import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { collectorForTest, event } from '../testing/collector.ts'
import { addDrain } from './drain.ts'

const EVENTS = '/api/v1/hub/events'
const headers = { 'content-type': 'application/json' }

function keepingAlive(): Agent {
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  return agent
}

test('the answer to a request that began before the stop ends its connection', async () => {
  const { url, collector } = await collectorForTest()
  const body = JSON.stringify(event())
  const sending = request(url + EVENTS, { method: 'POST', headers, agent: keepingAlive() })
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sending.on('response', resolve).on('error', reject)
  })
  await new Promise((resolve) => sending.write(body.slice(0, 10), resolve))
  // It is under way once another that came after it was answered.
  await fetch(`${url}/health`)
  const closed = collector.close()
  sending.end(body.slice(10))
  const { statusCode, headers: got } = await answer
  expect([statusCode, got.connection]).toEqual([201, 'close'])
  await closed
})

test('a busy sender has its requests answered until nobody listens any more', async () => {
  const { url, collector } = await collectorForTest()
  const agent = keepingAlive()
  const post = () =>
    new Promise<string>((resolve) => {
      const sending = request(url + EVENTS, { method: 'POST', headers, agent }, (response) => {
        response.resume().on('end', () => resolve(String(response.statusCode)))
      })
      sending.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      sending.end(JSON.stringify(event()))
    })
  let [outcome, closed] = ['201', undefined as Promise<void> | undefined]
  for (let sent = 0; outcome === '201'; sent++) {
    if (sent === 20) closed = collector.close()
    outcome = await post()
  }
  expect(outcome).toBe('ECONNREFUSED')
  await closed
})

test('a connection that never sent anything does not hold up the end', async () => {
  const app = Fastify({ forceCloseConnections: 'idle' })
  addDrain(app)
  app.get('/', () => 'here')
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const silent = connect((app.server.address() as AddressInfo).port, '127.0.0.1').resume()
  onTestFinished(() => void silent.destroy())
  await once(silent, 'connect')
  // It is known once another that came after it was answered.
  await fetch(url)
  const ended = once(silent, 'close')
  await app.drain()
  await app.close()
  await ended
})
