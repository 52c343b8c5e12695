import type { HubEvent } from '../../wire/event.ts'
import type { EventRun } from '../../events/envelope.ts'
import { eachInOrder } from '../event-order.ts'
import type { HubAddress } from '../hub-post.ts'
import type { HubInfo } from '../hub-info.ts'
import type { LastWords } from '../../process/last-words.ts'
import { toEcosystem, toHub, toMesh } from '../../wire/dialects/encode.ts'

export const DIALECTS = ['auto', 'hubline', 'hub', 'mesh', 'ecosystem'] as const
export type DialectSetting = (typeof DIALECTS)[number]
export type Dialect = Exclude<DialectSetting, 'auto'>

interface Wire {
  path: string
  /** One event for each request. */
  singly: boolean
  encode(event: HubEvent): object
  /** Any other answer is none. */
  success?: number
}

/** The wires of the original servers. */
export const WIRES: Readonly<Record<Exclude<Dialect, 'hubline'>, Wire>> = {
  hub: { path: '/events', singly: true, encode: toHub },
  mesh: { path: '/api/v1/messagebus/publish', singly: true, encode: toMesh, success: 200 },
  ecosystem: { path: '/events/batch', singly: false, encode: toEcosystem },
}

/** Who names itself and neither its product nor a place for OTLP is an original hub. */
export function dialectOf({ name, product, otlp }: HubInfo): Dialect {
  const original = typeof name === 'string' && product === undefined && otlp === undefined
  return original ? 'hub' : 'hubline'
}

/** One request in the words of an original server. */
export function originalRequest(
  dialect: Exclude<Dialect, 'hubline'>,
  { url, token }: HubAddress,
  events: readonly EventRun[],
): LastWords {
  const { path, singly, encode } = WIRES[dialect]
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' }
  if (token) headers['authorization'] = `Bearer ${token}`
  const said = eachInOrder(events).map(({ body }) => encode(JSON.parse(String(body)) as HubEvent))
  // Only the original hub lives under the path that an address without one is given.
  const base = dialect === 'hub' ? url : url.replace(/\/api\/v1\/hub$/, '')
  return { url: base + path, headers, body: JSON.stringify(singly ? said[0] : said) }
}
