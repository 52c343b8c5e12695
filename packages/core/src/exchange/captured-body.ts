import type { Exchange } from './exchange.ts'
import type { HttpRequest } from './http.ts'

type Fields = Record<string, unknown>

const MOST_CHARACTERS = 1024

/**
 * Keeps the fields of the request's body that HUB_CAPTURE_BODY names, in the body's own shape and redacted; called
 * when the answer is complete. Only what the app itself has parsed by then is looked at, and never the stream.
 */
export function captureBody(exchange: Exchange, request: HttpRequest | undefined): void {
  const { config, redact } = exchange.hub
  if (config.captureBody.length === 0) return
  // A body is the app's own, and may throw at the look.
  exchange.hub.beside(() => {
    const body = exchange.findBody
      ? exchange.findBody(exchange)
      : (request as { body?: unknown } | undefined)?.body
    const picked: Fields = {}
    for (const path of config.captureBody) pick(body, path.split('.'), picked, redact.text)
    if (Object.keys(picked).length > 0) exchange.bodySeen = redact.value(picked) as Fields
  })
}

/** Text, numbers and booleans alone: what a field holds besides is named by its own path, or left out. */
function pick(
  from: unknown,
  [name, ...rest]: string[],
  into: Fields,
  redacted: (text: string) => string,
): void {
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, name!)) return
  const value = (from as Fields)[name!]
  if (rest.length > 0) {
    const inner = { ...(into[name!] as Fields | undefined) }
    pick(value, rest, inner, redacted)
    if (Object.keys(inner).length > 0) into[name!] = inner
  } else if (typeof value === 'string') into[name!] = redacted(value).slice(0, MOST_CHARACTERS)
  else if (typeof value === 'number' || typeof value === 'boolean') into[name!] = value
}
