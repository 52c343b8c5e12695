import type { Attributes } from '../otlp/records.ts'
import type { Exchange } from './exchange.ts'
import type { HttpResponse } from './http.ts'

/** Headers that the configuration names, redacted; absent ones are left out. */
export interface CapturedHeaders {
  request: Record<string, string>
  response: Record<string, string>
}

const MOST_CHARACTERS = 1024

/** Keeps the headers that HUB_CAPTURE_HEADERS names; called when the answer is complete. */
export function captureHeaders(exchange: Exchange, response: HttpResponse): void {
  const { config, redact } = exchange.hub
  const names = config.captureHeaders
  if (names.length === 0) return
  const pick = (read: (name: string) => unknown): Record<string, string> => {
    const picked: Record<string, string> = {}
    for (const name of names) {
      const value = read(name)
      if (value !== undefined) picked[name] = String(value).slice(0, MOST_CHARACTERS)
    }
    return redact.value(picked) as Record<string, string>
  }
  exchange.headersSeen = {
    request: pick((name) => exchange.request?.headers[name]),
    response: pick((name) => response.getHeader(name) ?? sentHeader(response, name)),
  }
}

/** Headers that were given to writeHead() alone stand nowhere but in the text that was sent. */
function sentHeader(response: HttpResponse, name: string): string | undefined {
  const { _header: text } = response as { _header?: string }
  if (typeof text !== 'string') return undefined
  const line = text.split('\r\n').find((each) => each.toLowerCase().startsWith(`${name}:`))
  return line?.slice(name.length + 1).trim()
}

/** By OpenTelemetry's conventions a header's values are a list. */
export function headerAttributes(headers: CapturedHeaders | undefined): Attributes {
  const attributes: Attributes = {}
  for (const [side, values] of Object.entries(headers ?? {}) as [string, Record<string, string>][]) {
    for (const [name, value] of Object.entries(values)) attributes[`http.${side}.header.${name}`] = [value]
  }
  return attributes
}
