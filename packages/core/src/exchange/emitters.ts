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
export type Name = string | symbol
export type Event = [name: Name, ...rest: unknown[]]

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

// What is not heard is passed on before its arguments would become an array of their own.
function hublineEmit(this: Emitter, name: Name, ...rest: unknown[]): boolean {
  const { emit } = EventEmitter.prototype
  const exchange = this[INNER] ? undefined : exchangeOf(this)
  return exchange?.hears(this, name)
    ? exchange.emit(this, emit, name, ...rest)
    : emit.call(this, name, ...rest)
}

function hublineEmitOver(this: Emitter, name: Name, ...rest: unknown[]): boolean {
  const emit = this[INNER]!
  const exchange = exchangeOf(this)
  return exchange?.hears(this, name)
    ? exchange.emit(this, emit, name, ...rest)
    : emit.call(this, name, ...rest)
}

/** Whether an event of its request or response is to go its way by `emitIn()`; what is not is none but the exchange's own end. */
export function isHeard(exchange: Exchange, emitter: EventEmitter, name: Name): boolean {
  if (isAwaited(exchange, emitter, name)) return true
  if (name !== 'finish' && name !== 'close') return name === 'pipe' || name === 'unpipe'
  if (exchange.response === emitter) endAt(name, exchange, exchange.response)
  return false
}

/** Whether anybody listens but Node's own server, which needs no context: to enter one costs as much as all else here. */
function isAwaited(exchange: Exchange, emitter: EventEmitter, name: Name): boolean {
  const count = emitter.listenerCount(name)
  if (count !== 1 || !exchange.served) return count > 0
  if (name === 'finish') return emitter !== exchange.response
  // With the whole answer written, it waits for the end of a body that nobody has read.
  return name !== 'end' || !exchange.completed
}

/** Lets a heard event go its way, in the context of `exchange`. */
export function emitIn(exchange: Exchange, emitter: EventEmitter, emit: Emit, event: Event): boolean {
  if (currentExchange() === exchange || !isAwaited(exchange, emitter, event[0]))
    return heedAndEmit(exchange, emitter, emit, event)
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
