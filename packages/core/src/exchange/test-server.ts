import { once } from 'node:events'
import { createServer, get, type RequestListener } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, connect, type Server } from 'node:net'
import { onTestFinished } from 'vitest'
import type { HubOptions } from '../config/options.ts'
import { createHub } from '../create-hub.ts'
import type { Hub } from '../hub.ts'
import { MemorySink } from '../testing/memory-sink.ts'
import type { HubEvent } from '../wire/event.ts'
import { beginExchange } from './begin.ts'
import { runExchange } from './run.ts'

// For tests: servers without a framework.

export interface Watched {
  port: number
  server: Server
  hub: Hub
  sink: MemorySink
  /** All that was said of one request, once it has ended. */
  told(): Promise<{ request: HubEvent['payload']; errors: HubEvent['payload'][] }>
}

let services = 0

/** Starts a server on a port of 127.0.0.1; it ends with the test. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    ;(server as Partial<ReturnType<typeof createServer>>).closeAllConnections?.()
  })
  return (server.address() as AddressInfo).port
}

/** A server whose requests are watched as an adapter would; of HTTP/1 unless `http2`. */
export async function watch(
  handler: RequestListener,
  { http2 = false, ...options }: HubOptions & { http2?: boolean } = {},
): Promise<Watched> {
  const sink = new MemorySink()
  const hub = createHub({ ...sink.options, source: `exchange-${++services}`, logLevel: 'silent', ...options })
  onTestFinished(() => hub.close(0))
  const listener: RequestListener = (req, res) => {
    runExchange(beginExchange(hub, req, res)!, () => handler(req, res))
  }
  const server = http2 ? createHttp2Server(listener as never) : createServer(listener)
  const told: Watched['told'] = async () => {
    const { payload } = await sink.event('InteractionDetected')
    await hub.flush()
    const errors = sink.ofType('ErrorReported').map((event) => event.payload)
    if (sink.ofType('InteractionDetected').length > 1) throw new Error('there was more than one request')
    sink.clear()
    return { request: payload, errors }
  }
  return { sink, hub, server, port: await listen(server), told }
}

/** Asks; what came until the answer ended or broke off. */
export function ask(port: number): Promise<{ status: number | undefined; text: string; whole: boolean }> {
  return new Promise((resolve) => {
    const outgoing = get({ port, host: '127.0.0.1', agent: false }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => (text += chunk))
      answer.on('error', () => {})
      answer.on('close', () => resolve({ status: answer.statusCode, text, whole: answer.complete }))
    })
    outgoing.on('error', () => resolve({ status: undefined, text: '', whole: false }))
  })
}

/** Asks, waits for the first of the answer and leaves. */
export async function askAndLeave(port: number, how: 'end' | 'resetAndDestroy'): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'data')
  socket[how]()
}
