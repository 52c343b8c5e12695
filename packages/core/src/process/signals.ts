type Heard = (signal: NodeJS.Signals, alone: boolean) => void

/** Those whose default is to end the process; Windows ends it by itself after a SIGHUP. */
const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGTERM', 'SIGINT'] : ['SIGTERM', 'SIGINT', 'SIGHUP']

const met = new WeakSet<object>()
let heard: Heard = () => {}
let raised = false

/**
 * Calls `tell` for each signal that would end the process if nobody listened; `alone` says that nobody else does.
 *
 * Other listeners find the process as it is without us: some end it only if their own listeners are the only ones.
 * Ours is therefore the first of all, leaves when others are about to hear a signal, and is back when the last of
 * them has gone, because then the next signal is the one that ends the process.
 */
export function watchSignals(tell: Heard): void {
  heard = tell
  for (const signal of SIGNALS) process.prependListener(signal, onSignal)
  process.on('newListener', stayFirst)
  process.on('removeListener', standIn)
}

/** Does what the signal does when nobody listens. */
export function raise(signal: NodeJS.Signals): void {
  raised = true
  process.removeListener(signal, onSignal)
  process.kill(process.pid, signal)
}

function onSignal(signal: NodeJS.Signals, code?: number): void {
  const alone = process.listeners(signal).every((listener) => listener === onSignal)
  if (!alone) process.removeListener(signal, onSignal)
  // Without a number it is an event that the app emits itself, which ends nothing.
  else if (code === undefined) return
  heard(signal, alone)
}

function stayFirst(event: string | symbol, listener: object): void {
  // Each listener moves us once: another that must be first is not chased.
  if (!isWatched(event) || listener === onSignal || met.has(listener)) return
  met.add(listener)
  process.nextTick(() => {
    const place = process.listeners(event).indexOf(onSignal)
    if (place <= 0) return
    process.removeListener(event, onSignal)
    process.prependListener(event, onSignal)
  })
}

function standIn(event: string | symbol): void {
  if (raised || !isWatched(event) || process.listenerCount(event) > 0) return
  process.on(event, onSignal)
}

function isWatched(event: string | symbol): event is NodeJS.Signals {
  return (SIGNALS as readonly unknown[]).includes(event)
}
