import { Agent, request, type IncomingMessage } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { collectorForTest, event } from '../testing/collector.ts'

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
