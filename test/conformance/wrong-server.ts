import { once } from 'node:events'
import { createServer, request as send, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server that says yes to everything, in JSON and with an empty partial_success: wrong in every way there is. */
export function startYesServer(): Promise<string> {
  return serve((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}')
    })
  })
}

export interface Passed {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** Stands before a right server and makes one thing of its answers wrong. */
export function startFaulty(right: string, spoil: (answer: Passed) => void): Promise<string> {
  return serve(async (request, response) => {
    const { method, headers, url } = request
    const body = await buffer(request)
    const host = { host: new URL(right).host }
    const outgoing = send(right + url, { method: method!, headers: { ...headers, ...host }, agent: false })
    outgoing.end(body)
    const [answer] = await once(outgoing, 'response')
    const { statusCode, headers: answered } = answer
    const { 'transfer-encoding': _, connection: __, 'content-length': ___, ...rest } = answered
    const passed: Passed = { status: statusCode, headers: rest, body: await buffer(answer) }
    spoil(passed)
    response.writeHead(passed.status, passed.headers).end(passed.body)
  })
}
