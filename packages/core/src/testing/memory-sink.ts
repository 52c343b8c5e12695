import type { Answer, Transport } from '../client/transport.ts'
import type { HubOptions } from '../config/options.ts'
import type { HubEvent } from '../wire/event.ts'

const WAIT_MS = 5000

let sinks = 0

/** A hub in memory: what an app reports, for a test to look at. */
export class MemorySink {
  /** Everything that has arrived, in the order in which it was made. */
  readonly events: HubEvent[] = []
  /** For the one line: `app.use(hubline(sink.options))`. Every sink is a hub of its own. */
  readonly options: HubOptions
  readonly #waiting = new Set<() => void>()

  constructor() {
    this.options = {
      url: `http://127.0.0.1/memory/${++sinks}`,
      // What the environment says of these is for the app's own hub.
      enabled: true,
      dialect: 'hubline',
      spoolDir: 'off',
      batchTimeout: 1,
      interactions: 'all',
      transport: this.#transport(),
    }
  }

  /** The events of one type. */
  ofType(type: string): HubEvent[] {
    return this.events.filter((event) => event.type === type)
  }

  /**
   * The first event of a type, or the first that `matches`, now or when it arrives.
   *
   * @throws Error that lists what has arrived when `timeoutMs` pass without
   */
  event(matches: string | ((event: HubEvent) => boolean), timeoutMs: number = WAIT_MS): Promise<HubEvent> {
    const fits = typeof matches === 'string' ? (event: HubEvent) => event.type === matches : matches
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = this.events.find(fits)
        if (!found) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve(found)
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(check)
        const arrived = this.events.map(({ type }) => type).join(', ') || 'nothing'
        reject(new Error(`waited ${timeoutMs} ms for ${String(matches)}; there is ${arrived}`))
      }, timeoutMs)
      this.#waiting.add(check)
      check()
    })
  }

  /** Forgets what has arrived. */
  clear(): void {
    this.events.length = 0
  }

  #transport(): Transport {
    return {
      send: async ({ url, body }): Promise<Answer> => {
        if (!url.endsWith('/events')) return { status: 200, headers: {}, body: '{"product":"hubline"}' }
        const lines = Buffer.from(body ?? [])
          .toString('utf8')
          .split('\n')
        this.events.push(...lines.map((line) => JSON.parse(line) as HubEvent))
        for (const check of this.#waiting) check()
        return { status: 200, headers: {}, body: JSON.stringify({ accepted: lines.length }) }
      },
      close() {},
    }
  }
}

/**
 * Makes a hub in memory.
 *
 * @example
 * const sink = memorySink()
 * app.use(hubline(sink.options))
 * await fetch(`${url}/users/7`)
 * expect((await sink.event('InteractionDetected')).payload).toMatchObject({ route: '/users/:id' })
 */
export function memorySink(): MemorySink {
  return new MemorySink()
}
