import type { Message, News, Request } from './protocol.ts'

const RETRY_MS = 3000
/** Milliseconds in which pages that open or change take effect together. */
const SOON_MS = 30

/** What somebody follows; all who follow the same share it. */
interface View {
  query: string
  /** Where to go on; undefined until the collector has told. */
  position: string | undefined
  /** Why the collector does not tell it; it is not asked for again. */
  error: string | undefined
  followers: Map<MessagePort, Set<number>>
}

/**
 * Holds the one stream of this browser, with a view for each filter that a page follows. When views come or go it is
 * opened anew where each of them was, so that none misses an event.
 */
export class LiveHub {
  readonly #views = new Map<string, View>()
  readonly #ports = new Set<MessagePort>()
  #stream: EventSource | undefined
  #state: 'connecting' | 'live' | 'again' = 'connecting'
  #timer: ReturnType<typeof setTimeout> | undefined

  connect(port: MessagePort): void {
    this.#ports.add(port)
    port.addEventListener('message', ({ data }: MessageEvent<Request>) => this.#take(port, data))
    // Told by newer browsers when a page ends without a word.
    port.addEventListener('close', () => this.#leave(port))
    port.start()
    tell(port, { tells: 'state', state: this.#state })
  }

  #take(port: MessagePort, request: Request): void {
    if (request.do === 'bye') return this.#leave(port)
    this.#ports.add(port)
    if (request.do === 'leave') return this.#leave(port, request.id)
    const { id, view: query } = request
    let view = this.#views.get(query)
    if (!view) {
      this.#views.set(query, (view = { query, position: undefined, error: undefined, followers: new Map() }))
      this.#openSoon()
    } else if (view.position !== undefined) tell(port, { tells: 'begun', id })
    const ids = view.followers.get(port)
    if (ids) ids.add(id)
    else view.followers.set(port, new Set([id]))
  }

  #leave(port: MessagePort, id?: number): void {
    if (id === undefined) this.#ports.delete(port)
    for (const [query, { followers }] of this.#views) {
      if (id === undefined) followers.delete(port)
      else followers.get(port)?.delete(id)
      if (followers.get(port)?.size === 0) followers.delete(port)
      if (followers.size > 0) continue
      this.#views.delete(query)
      this.#openSoon()
    }
  }

  #openSoon(ms = SOON_MS): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#open(), ms)
  }

  #open(): void {
    this.#stream?.close()
    this.#stream = undefined
    const views = [...this.#views.values()].filter(({ error }) => error === undefined)
    if (views.length === 0) return
    const search = new URLSearchParams()
    for (const { query, position } of views) {
      const own = new URLSearchParams(query)
      if (position) own.set('cursor', position)
      search.append('view', own.toString())
    }
    const stream = new EventSource(`/api/v1/live?${search.toString()}`)
    this.#stream = stream
    stream.addEventListener('open', () => this.#tellState('live'))
    stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const message = JSON.parse(data) as Message
      const view = views[message.view]
      if (stream !== this.#stream || !view) return
      if (message.error === undefined) this.#pass(view, message)
      else view.error = message.error
    })
    stream.addEventListener('error', () => {
      if (stream !== this.#stream) return
      this.#tellState('again')
      // The browser would ask again from where the stream first began.
      stream.close()
      this.#openSoon(RETRY_MS)
    })
  }

  #pass(view: View, { events, more, position }: Message): void {
    const isFirst = view.position === undefined
    view.position = position
    for (const [port, ids] of view.followers) {
      for (const id of ids) {
        if (isFirst) tell(port, { tells: 'begun', id })
        if (events.length > 0 || more > 0) tell(port, { tells: 'events', id, events, more })
      }
    }
  }

  #tellState(state: 'live' | 'again'): void {
    this.#state = state
    for (const port of this.#ports) tell(port, { tells: 'state', state })
  }
}

function tell(port: MessagePort, news: News): void {
  port.postMessage(news)
}
