import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * What a network does to one connection.
 *
 * - `slow`: so many bytes a second each way
 * - `deaf`: accepted, never read
 * - `mute`: read up to its end, and never answered; nothing reaches the target
 * - `swallow`: all of it reaches the target, nothing of the answer comes back
 * - `reset`: RST after so many bytes have passed towards the target, or back from it: then the request has gone through
 */
export type Weather =
  | { kind: 'clear' | 'deaf' | 'mute' | 'swallow' }
  | { kind: 'slow'; bytesPerSecond: number }
  | { kind: 'reset'; way: 'there' | 'back'; afterBytes: number }

const SLICE_MS = 20

/**
 * Stands between a client and a server on 127.0.0.1 and does to their connections what bad networks do.
 *
 * @example
 * const proxy = await TcpProxy.open(sink.port)
 * proxy.weather = () => ({ kind: 'reset', way: 'there', afterBytes: 100 })
 */
export class TcpProxy {
  /** Asked for each connection when it is accepted. */
  weather: () => Weather = () => ({ kind: 'clear' })
  /** How many connections met each kind of weather. */
  readonly seen: Partial<Record<Weather['kind'], number>> = {}
  /** How many of them were reset. */
  resets = 0
  readonly #sockets = new Set<Socket>()
  readonly #target: number
  readonly #server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) =>
    this.#accept(client),
  )

  private constructor(target: number) {
    this.#target = target
  }

  /** @param target port of the server */
  static async open(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject).listen(0, '127.0.0.1', resolve)
    })
    return proxy
  }

  /** For HUB_API_URL. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size
  }

  /** Ends every connection that is open now, as a network does that comes back after it was gone. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.cut()
    await closed
  }

  #accept(client: Socket): void {
    const weather = this.weather()
    this.seen[weather.kind] = (this.seen[weather.kind] ?? 0) + 1
    this.#track(client)
    if (weather.kind === 'deaf') return
    if (weather.kind === 'mute') return void client.resume()
    const server = this.#track(connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true }))
    const reset = (): void => {
      this.resets++
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
    const limit = (way: 'there' | 'back'): number =>
      weather.kind === 'reset' && weather.way === way ? weather.afterBytes : Infinity
    const bytesPerSecond = weather.kind === 'slow' ? weather.bytesPerSecond : Infinity
    void pass(client, server, { limit: limit('there'), reset, bytesPerSecond })
    if (weather.kind === 'swallow') server.resume()
    else void pass(server, client, { limit: limit('back'), reset, bytesPerSecond })
    client.once('close', () => server.destroy())
    server.once('close', () => client.destroy())
  }

  #track(socket: Socket): Socket {
    this.#sockets.add(socket)
    return socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket))
  }
}

interface Limits {
  /** Bytes that pass before the reset. */
  limit: number
  reset: () => void
  bytesPerSecond: number
}

/** Passes on what `from` says, a slice at a time; ends when either side does. */
async function pass(from: Socket, to: Socket, { limit, reset, bytesPerSecond }: Limits): Promise<void> {
  const most = Number.isFinite(bytesPerSecond) ? Math.max(1, (bytesPerSecond * SLICE_MS) / 1000) : Infinity
  let left = limit
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length;) {
        const slice = chunk.subarray(at, at + Math.min(most, left, chunk.length - at))
        await new Promise<void>((resolve, reject) => {
          to.write(slice, (error) => (error ? reject(error) : resolve()))
        })
        at += slice.length
        left -= slice.length
        if (left <= 0) return reset()
        if (most < Infinity) await pause(SLICE_MS)
      }
    }
    to.end()
  } catch {
    from.destroy()
    to.destroy()
  }
}
