// A process that takes what is sent to it, in the protocol of each sender, and tells how many requests it was told of.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { countTold, linesIn, type Taken } from './protocols.ts'

let taken: Taken[] = []

const HUB_INFO = {
  product: 'sink',
  otlp: { traces: '/v1/traces', logs: '/v1/logs', metrics: '/v1/metrics' },
}

/** What is taken is read when somebody asks: a receiver has no part in what is measured. */
async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '/', headers } = request
  const body = await buffer(request)
  taken.push({ path: url, headers, body })
  if (url.startsWith('/v1/')) response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  else if (url.startsWith('/intake/')) response.writeHead(202).end()
  else response.writeHead(200, { 'content-type': 'application/json' }).end(answerTo(url, body))
}

/** Who asks goes on only if it is answered as its own receiver would. */
function answerTo(url: string, body: Buffer): string {
  if (url === '/') return JSON.stringify({ version: '8.15.0' })
  if (url === '/info') return JSON.stringify({ endpoints: ['/v0.4/traces', '/v0.5/traces'] })
  if (url === '/api/v1/hub/info') return JSON.stringify(HUB_INFO)
  if (url === '/api/v1/hub/events') return JSON.stringify({ accepted: linesIn(body) })
  if (/^\/v0\.\d\/traces/.test(url)) return JSON.stringify({ rate_by_service: { 'service:,env:': 1 } })
  return '{}'
}

const server = createServer((request, response) => {
  take(request, response).catch(() => response.destroy())
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on('message', (order: 'clear' | 'count') => {
  if (order === 'clear') taken = []
  process.send!(countTold(taken))
})
process.once('disconnect', () => process.exit())
