import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { hostTraces, injected } from '../otel/host-api.ts'
import { currentExchange } from './store.ts'

/** What undici publishes when a request is made, fetch() included. */
interface UndiciRequest {
  headers: string | readonly unknown[]
  addHeader(name: string, value: string): unknown
}

const CORRELATION = 'x-correlation-id'

let subscribed = false

/**
 * Lets calls that are made in the course of a request carry its trace and correlation on by themselves.
 *
 * Headers that the app has set stay; where the app has its own tracing, that is in charge.
 */
export function propagateOutgoing(): void {
  if (subscribed) return
  subscribed = true
  subscribe('undici:request:create', onUndici)
  subscribe('http.client.request.created', onHttp)
}

/** Lets whoever has subscribed since then go first: what they set stays, and is not there twice. */
export function propagateLast(): void {
  if (!subscribed) return
  unsubscribe('undici:request:create', onUndici)
  subscribe('undici:request:create', onUndici)
}

function onUndici(message: unknown): void {
  const { request } = message as { request: UndiciRequest }
  const present = namesOf(request.headers)
  carry(
    (name) => present.has(name),
    (name, value) => request.addHeader(name, value),
  )
}

function onHttp(message: unknown): void {
  const { request } = message as { request: ClientRequest }
  carry(
    (name) => request.hasHeader(name),
    (name, value) => request.setHeader(name, value),
  )
}

function carry(has: (name: string) => boolean, set: (name: string, value: string) => unknown): void {
  const exchange = currentExchange()
  if (!exchange) return
  try {
    const { [CORRELATION]: correlation = '', ...trace } = exchange.headers()
    if (!has(CORRELATION)) set(CORRELATION, correlation)
    // Half of a trace context would belong to two traces.
    if (hostTraces() || has('traceparent')) return
    // Under our own API a child of the exchange may be what makes the call.
    for (const [name, value] of Object.entries({ ...trace, ...injected() })) if (!has(name)) set(name, value)
  } catch {
    // Headers that are sent already cannot be added to.
  }
}

/** Names and values in turn, or lines of raw text. */
function namesOf(headers: UndiciRequest['headers']): Set<string> {
  const names = new Set<string>()
  if (typeof headers === 'string') {
    for (const line of headers.split('\r\n')) names.add(line.slice(0, line.indexOf(':')).toLowerCase())
  } else for (let at = 0; at < headers.length; at += 2) names.add(String(headers[at]).toLowerCase())
  return names
}
