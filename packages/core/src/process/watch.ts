import { watchCrashes } from './crashes.ts'
import { shared } from './shared.ts'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
/** How long a process that only we listen to may live on to say goodbye. */
const FAREWELL_MS = 2000

/** Attaches one set of process listeners for all hubs; they never keep the process alive. */
export function watchProcess(): void {
  const state = shared()
  if (state.watching) return
  state.watching = true
  for (const signal of SIGNALS) process.on(signal, onSignal)
  process.on('beforeExit', onBeforeExit)
  process.on('exit', onExit)
  watchCrashes()
}

/** Has `flush` called, for as long as a goodbye may take, when a signal or the end of work ends the process. */
export function onFarewell(flush: () => Promise<unknown>): void {
  shared().farewells.add(flush)
  watchProcess()
}

let leaving = false

/**
 * Our listener takes away the default of ending the process, so when nobody else listens we give it back:
 * say goodbye, then raise the signal again without us.
 */
function onSignal(signal: NodeJS.Signals): void {
  const alone = process.listenerCount(signal) === 1
  const hubs = [...shared().hubs.values()]
  if (!alone) {
    // Who manages the shutdown may raise the signal again at its end, which must then end the process as without us.
    process.removeListener(signal, onSignal)
    for (const hub of hubs) hub.stopping(signal)
    void farewell(hubs.map((hub) => hub.flush(FAREWELL_MS)))
    return
  }
  const raise = (): void => {
    onExit()
    process.removeListener(signal, onSignal)
    process.kill(process.pid, signal)
  }
  if (leaving) return raise()
  leaving = true
  void farewell(hubs.map((hub) => hub.leave(signal, FAREWELL_MS))).finally(raise)
}

function onBeforeExit(): void {
  const hubs = [...shared().hubs.values()].filter((hub) => hub.running)
  void farewell(hubs.map((hub) => hub.leave('exit', FAREWELL_MS)))
  // Each work of theirs would end in this event again.
  shared().farewells.clear()
}

/** Nothing asynchronous runs any more: what is left goes to disk, where there is a spool. */
function onExit(): void {
  for (const hub of shared().hubs.values()) hub.keepRest()
}

function farewell(hubs: Promise<void>[]): Promise<unknown> {
  const others = [...shared().farewells].map((flush) => within(FAREWELL_MS, flush))
  return Promise.allSettled([...hubs, ...others])
}

function within(ms: number, flush: () => Promise<unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    flush()
      .catch(() => {})
      .finally(() => {
        clearTimeout(timer)
        resolve(undefined)
      })
  })
}
