// A process that takes what the peers send, in the protocol of each, and tells how many requests it was told of.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { countRequests, type Taken } from './protocols.ts'

let taken: Taken[] = []

/** What is taken is read when somebody asks: a receiver has no part in what is measured. */
async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '/', headers } = request
  taken.push({ path: url, headers, body: await buffer(request) })
  if (url.startsWith('/v1/')) response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  else if (url.startsWith('/intake/')) response.writeHead(202).end()
  else response.writeHead(200, { 'content-type': 'application/json' }).end(answerTo(url))
}

function answerTo(url: string): string {
  if (url === '/') return JSON.stringify({ version: '8.15.0' })
  if (url === '/info') return JSON.stringify({ endpoints: ['/v0.4/traces', '/v0.5/traces'] })
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
  process.send!({ requests: countRequests(taken) })
})
process.once('disconnect', () => process.exit())
