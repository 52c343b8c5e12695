import type { ServerResponse } from 'node:http'
import type { EventFilter } from '../store/events.ts'
import type { FeedStart, LiveFeed } from './feed.ts'
import { Sampler } from './sampler.ts'
import { HEARTBEAT_MS, STALLED_MS } from './stream.ts'

const FLUSH_MS = 200
const RETRY_MS = 2000
const COUNT_MS = 1000

/** A view that tells how many items of a signal were stored, as they are: enough to know when to read again. */
export interface CountView {
  /** Of what was stored ever, from memory. */
  count: () => number
  /** How many there were when it was last told; now where it is not known. */
  since: number | undefined
}

/** One of the views that share a stream. */
export interface View {
  filter: EventFilter
  start: FeedStart
  /** Events a second that are sent at most; the others are counted. */
  perSecond: number
}

interface Streamed {
  /** An error in place of one that cannot be told. */
  views: readonly (View | CountView | Error)[]
  stop: AbortSignal
  /** Milliseconds. */
  clock?: () => number
}

/**
 * Writes several views of the feed to one response until the client leaves or `stop` aborts. Each message is of one
 * view: its events, how many more there were, and the cursor up to which the view is told. A client that is slow is
 * told of more, and one that takes nothing for half a minute is disconnected.
 */
export async function streamViews(
  feed: LiveFeed,
  response: ServerResponse,
  { views, stop, clock = Date.now }: Streamed,
): Promise<void> {
  const ended = new AbortController()
  response.once('close', () => ended.abort())
  response.once('error', () => ended.abort())
  const signal = AbortSignal.any([stop, ended.signal])
  const tellings = views.map((view) => {
    if (view instanceof Error) return new Refusal(view)
    return 'count' in view ? new Counting(view, clock) : new Telling(new Sampler(view.perSecond, clock))
  })
  let stalled: ReturnType<typeof setTimeout> | undefined
  const flush = (isDue: boolean) => {
    if (response.writableNeedDrain) {
      stalled ??= setTimeout(() => response.destroy(), STALLED_MS)
      return
    }
    clearTimeout(stalled)
    stalled = undefined
    const messages = tellings.map((telling, index) => telling.message(index, isDue)).join('')
    if (messages !== '' || isDue) response.write(messages || ': heartbeat\n\n')
  }
  const flushing = setInterval(flush, FLUSH_MS, false)
  const heartbeat = setInterval(flush, HEARTBEAT_MS, true)
  try {
    response.write(`retry: ${RETRY_MS}\n\n`)
    await Promise.all(
      views.map(async (view, index) => {
        const telling = tellings[index]!
        if (!(view instanceof Error) && 'count' in view) return ending(signal)
        if (view instanceof Error || !(telling instanceof Telling)) return
        for await (const { events, position } of feed.read(view.start, view.filter, signal)) {
          telling.add(events, position)
        }
      }),
    )
  } finally {
    clearTimeout(stalled)
    clearInterval(flushing)
    clearInterval(heartbeat)
    response.end()
  }
}

function ending(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Why a view is not told, said once. */
class Refusal {
  readonly #error: Error
  #told = false

  constructor(error: Error) {
    this.#error = error
  }

  message(view: number): string {
    if (this.#told) return ''
    this.#told = true
    return `data: ${JSON.stringify({ view, error: this.#error.message })}\n\n`
  }
}

/** How many came, told once a second at most. */
class Counting {
  readonly #count: () => number
  readonly #clock: () => number
  #counted: number
  #toldAt = Number.NEGATIVE_INFINITY

  constructor({ count, since }: CountView, clock: () => number) {
    this.#count = count
    this.#clock = clock
    this.#counted = since ?? count()
  }

  message(view: number): string {
    const now = this.#clock()
    const count = this.#count()
    const isFirst = this.#toldAt === Number.NEGATIVE_INFINITY
    if (!isFirst && (count === this.#counted || now - this.#toldAt < COUNT_MS)) return ''
    // Less than before is what retention gave up.
    const more = Math.max(0, count - this.#counted)
    this.#counted = count
    if (!isFirst && more === 0) return ''
    this.#toldAt = now
    return `data: {"view":${view},"events":[],"more":${more},"position":"${count}"}\n\n`
  }
}

type Events = Parameters<Sampler['add']>[0]

/** What is to be told of one view. */
class Telling {
  readonly #sampler: Sampler
  #position = ''
  #told: string | undefined

  constructor(sampler: Sampler) {
    this.#sampler = sampler
  }

  add(events: Events, position: string): void {
    this.#sampler.add(events)
    this.#position = position
  }

  /** The first one tells that the view has begun. A position alone, as the filter leaves all out, is told when it is due. */
  message(view: number, isDue: boolean): string {
    const { events, more } = this.#sampler.take()
    const isMoved = this.#told === undefined || (isDue && this.#told !== this.#position)
    if (events.length === 0 && more === 0 && !isMoved) return ''
    this.#told = this.#position
    const shown = events.map(({ json }) => json).join(',')
    return `data: {"view":${view},"events":[${shown}],"more":${more},"position":"${this.#position}"}\n\n`
  }
}
