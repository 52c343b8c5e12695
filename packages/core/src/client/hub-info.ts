import type { OtlpSignal } from '../config/otlp.ts'
import { backoff } from './backoff.ts'
import type { Answer, Send } from './transport.ts'

/** What a hub says of itself, as far as we ask. */
export interface HubInfo {
  name?: unknown
  product?: unknown
  otlp?: Partial<Record<OtlpSignal, unknown>>
}

/** Something answered, but not as a hub does: a proxy, a guard, or a server that has no such page. */
export class NoInfo extends Error {
  readonly #askAgainAt: number

  constructor(message: string, waitMs: number) {
    super(message)
    this.#askAgainAt = performance.now() + waitMs
  }

  /** Until then nobody is asked again, in milliseconds. */
  get waitMs(): number {
    return Math.max(0, this.#askAgainAt - performance.now())
  }
}

/**
 * Asks the hub what it is, until it has said so once.
 *
 * @returns rejects while it cannot be asked; with NoInfo where the answer is not that of a hub
 */
export function askInfo(
  hubUrl: string,
  token: string | undefined,
  timeoutMs: number,
  send: Send,
): () => Promise<HubInfo> {
  const url = `${hubUrl}/info`
  let known: Promise<HubInfo> | undefined
  let last: NoInfo | undefined
  let failures = 0

  async function ask(): Promise<HubInfo> {
    if (last && last.waitMs > 0) throw last
    const headers: Record<string, string> = { accept: 'application/json' }
    if (token) headers['authorization'] = `Bearer ${token}`
    const answer = await send({ method: 'GET', url, headers, timeoutMs })
    const { status } = answer
    if (status === 429 || status >= 500) throw new Error(`${url} answered ${status}`)
    const info = infoOf(answer)
    if (info) return info
    last = new NoInfo(`${url} answered ${status}, and not as a hub does`, backoff(++failures))
    throw last
  }

  return function info() {
    return (known ??= ask().catch((error: unknown) => {
      known = undefined
      throw error
    }))
  }
}

/** Every hub names itself, its product or its place for OTLP. */
function infoOf({ status, body }: Answer): HubInfo | undefined {
  if (status >= 300) return undefined
  try {
    const info = (JSON.parse(body) as HubInfo | null) ?? {}
    return info.name === undefined && info.product === undefined && info.otlp === undefined ? undefined : info
  } catch {
    return undefined
  }
}
