import { EventEmitter } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { currentExchange } from '../context/store.ts'
import { endAt } from './ending.ts'
import type { Exchange } from './exchange.ts'
import type { HttpResponse } from './http.ts'
import { exchangeOf } from './marks.ts'
import { piped, unpiped } from './pipes.ts'
import { runExchange } from './run.ts'

export type Emit = EventEmitter['emit'] & { [OURS]?: true }
export type Event = Parameters<EventEmitter['emit']>

// The same to every copy of this package.
const OURS: unique symbol = Symbol.for('hubline.emit')
const INNER: unique symbol = Symbol.for('hubline.emit.inner')

interface Emitter extends EventEmitter {
  /** The emit that somebody else had put there. */
  [INNER]?: Emit
}

/**
 * Hears what a request or response emits, and lets its listeners run in the context of its exchange: most of its events come
 * from a parser or a socket, in whose own context no request is known.
 *
 * Listeners of our own on each response would cost more, and so would a property of each: the function stands once in the
 * classes of node:http, where it passes on what belongs to no exchange. What is no instance of these has it for itself. The
 * exchange itself does the rest, as it may be of another copy of this package than the function.
 */
export function watchEvents(message: EventEmitter): void {
  if (isOurs(message.emit)) return
  if (message.emit === EventEmitter.prototype.emit) {
    for (const { prototype } of [IncomingMessage, ServerResponse]) {
      if (prototype.isPrototypeOf(message) && !Object.hasOwn(prototype, 'emit')) put(prototype, hublineEmit)
    }
    if (isOurs(message.emit)) return
  }
  ;(message as Emitter)[INNER] = message.emit
  put(message, hublineEmitOver)
}

const isOurs = (emit: Emit): boolean => emit[OURS] === true

/** Not enumerable, as it is nothing of the app's. */
function put(emitter: EventEmitter, emit: Emit): void {
  emit[OURS] = true
  Object.defineProperty(emitter, 'emit', { value: emit, writable: true, configurable: true })
}

function hublineEmit(this: Emitter, ...event: Event): boolean {
  const { emit } = EventEmitter.prototype
  const exchange = exchangeOf(this)
  if (exchange === undefined || this[INNER]) return emit.apply(this, event)
  return exchange.emit(this, emit, event)
}

function hublineEmitOver(this: Emitter, ...event: Event): boolean {
  const emit = this[INNER]!
  const exchange = exchangeOf(this)
  return exchange ? exchange.emit(this, emit, event) : emit.apply(this, event)
}

/** What becomes of an event of a request or response that belongs to `exchange`. */
export function emitIn(exchange: Exchange, emitter: EventEmitter, emit: Emit, event: Event): boolean {
  const [name] = event
  const heard = emitter.listenerCount(name) > 0 || (name === 'close' && exchange.response === emitter)
  if (!heard || currentExchange() === exchange) return heedAndEmit(exchange, emitter, emit, event)
  return runExchange(exchange, heedAndEmit, exchange, emitter, emit, event)
}

function heedAndEmit(exchange: Exchange, emitter: EventEmitter, emit: Emit, event: Event): boolean {
  heed(exchange, emitter, event)
  return emit.apply(emitter, event)
}

/** What an exchange itself learns from its response, ahead of every listener. */
function heed(exchange: Exchange, emitter: EventEmitter, [name, source]: Event): void {
  if (name === 'finish' || name === 'close') {
    if (exchange.response === emitter) endAt(name, exchange, exchange.response)
  } else if (name === 'pipe') piped(exchange, emitter as HttpResponse, source as Readable)
  else if (name === 'unpipe') unpiped(exchange, emitter as HttpResponse, source as Readable)
}
