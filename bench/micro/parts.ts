import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { createHub, type Hub } from '../../packages/core/src/index.ts'

/** A hub whose every request is answered at once, without a socket. */
export function quietHub(): Hub {
  return createHub({
    url: 'http://127.0.0.1:4318',
    source: 'bench',
    logLevel: 'silent',
    transport: {
      send: async ({ url, method }) => {
        const otlp = { traces: '/v1/traces', logs: '/v1/logs', metrics: '/v1/metrics' }
        const body = method === 'GET' ? { name: 'bench', otlp } : { accepted: 1, rejected: [] }
        return { status: 200, headers: {}, body: url.endsWith('/v1/traces') ? '' : JSON.stringify(body) }
      },
      close() {},
    },
  })
}

const socket = new Socket()

/** A request and its response as a server makes them. */
export function message(): { request: IncomingMessage; response: ServerResponse } {
  const request = new IncomingMessage(socket)
  request.method = 'GET'
  request.url = '/orders/42'
  request.httpVersion = '1.1'
  request.headers = { host: '127.0.0.1:3000', 'user-agent': 'bench', connection: 'keep-alive' }
  const response = new ServerResponse(request)
  response.statusCode = 200
  return { request, response }
}
