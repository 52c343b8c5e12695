// A process in front of a collector, which passes on what comes and holds the answer back.
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { SLOW_MS } from './cases.ts'

const agent = new Agent({ keepAlive: true })
let collector = ''

const server = createServer((incoming, response) => {
  const { method, headers, url } = incoming
  const onward = request(collector + url, { method, headers, agent }, async (answer) => {
    const [body] = await Promise.all([buffer(answer), sleep(SLOW_MS)])
    response.writeHead(answer.statusCode!, answer.headers).end(body)
  })
  onward.on('error', () => response.destroy())
  pipeline(incoming, onward).catch(() => response.destroy())
})
server.listen(0, '127.0.0.1', () => {
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on('message', (url: string) => {
  collector = url
  process.send!({})
})
process.once('disconnect', () => process.exit())
