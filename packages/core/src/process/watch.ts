import { watchCrashes } from './crashes.ts'
import { shared } from './shared.ts'
import { raise, watchSignals } from './signals.ts'

/** How long a process that only we listen to may live on to say goodbye. */
const FAREWELL_MS = 2000

/** Attaches one set of process listeners for all hubs; they never keep the process alive. */
export function watchProcess(): void {
  const state = shared()
  if (state.watching) return
  state.watching = true
  watchSignals(onSignal)
  process.on('beforeExit', onBeforeExit)
  process.on('exit', () => keepRest('exit'))
  watchCrashes()
}

/**
 * Has `flush` called, for as long as a goodbye may take, when a signal or the end of work ends the process, and `keep` at
 * its very end, where nothing asynchronous runs any more.
 *
 * @returns what takes them back
 */
export function onFarewell(flush: () => Promise<unknown>, keep?: () => void): () => void {
  const { farewells, keepers } = shared()
  farewells.add(flush)
  if (keep) keepers.add(keep)
  watchProcess()
  return () => {
    farewells.delete(flush)
    if (keep) keepers.delete(keep)
  }
}

let leaving = false

/** Alone, our listener has taken away the default of ending the process: it is given back when goodbye is said. */
function onSignal(signal: NodeJS.Signals, alone: boolean): void {
  const hubs = [...shared().hubs.values()]
  if (!alone) {
    for (const hub of hubs) hub.stopping(signal)
    void farewell(hubs.map((hub) => hub.flush(FAREWELL_MS)))
    return
  }
  const end = (): void => {
    keepRest(signal)
    raise(signal)
  }
  if (leaving) return end()
  leaving = true
  // Holds the process: one that has nothing left to do would end by itself, and not by the signal.
  const limit = setTimeout(end, FAREWELL_MS)
  void farewell(hubs.map((hub) => hub.leave(signal, FAREWELL_MS))).finally(() => {
    clearTimeout(limit)
    end()
  })
}

function onBeforeExit(): void {
  const hubs = [...shared().hubs.values()].filter((hub) => hub.running)
  void farewell(hubs.map((hub) => hub.leave('exit', FAREWELL_MS)))
  // Each work of theirs would end in this event again.
  shared().farewells.clear()
}

/** Nothing asynchronous runs any more: what is left goes to disk, where there is a spool. */
function keepRest(reason: string): void {
  const { hubs, keepers } = shared()
  for (const hub of hubs.values()) hub.keepRest(reason)
  for (const keep of keepers) keep()
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
