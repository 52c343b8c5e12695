import { EventEmitter } from 'node:events'
import { exchangeStorage } from '../context/store.ts'
import { exchangeOf } from './marks.ts'
import { runExchange } from './run.ts'

const INNER = Symbol('hubline.emit')

interface Emitter extends EventEmitter {
  /** Where it is not that of every emitter. */
  [INNER]?: EventEmitter['emit']
}

// Not enumerable, as it is nothing of the app's.
const OWN: PropertyDescriptor = { value: emitInContext, writable: true, configurable: true }

/**
 * Lets the listeners of a request or response run in the context of its exchange. Most of its events come from a
 * parser or a socket, in whose own context no request is known.
 *
 * The function is one for all, so that a message costs a property; an event that somebody hears costs a run in the store.
 */
export function keepContext(emitter: EventEmitter): void {
  const { emit } = emitter
  if (emit !== EventEmitter.prototype.emit) (emitter as Emitter)[INNER] = emit
  Object.defineProperty(emitter, 'emit', OWN)
}

function emitInContext(this: Emitter, ...event: Parameters<EventEmitter['emit']>): boolean {
  const emit = this[INNER] ?? EventEmitter.prototype.emit
  const exchange = exchangeOf(this)
  if (!exchange || exchangeStorage().getStore() === exchange || this.listenerCount(event[0]) === 0) {
    return emit.apply(this, event)
  }
  return runExchange(exchange, () => emit.apply(this, event))
}
