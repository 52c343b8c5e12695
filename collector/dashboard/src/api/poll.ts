export interface Poll {
  /** Reads again soon: something has happened. */
  poke(): void
  /** Reads again at once. */
  now(): void
  stop(): void
}

/** After a poke, so that a burst of events costs one reading. */
const SOON_MS = 400

/**
 * Reads now and again and again, never two at a time, and rests while nobody sees the page.
 *
 * @param read must not throw
 */
export function poll(read: () => Promise<void>, everyMs: number): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined
  let due = Number.POSITIVE_INFINITY
  let reading = false
  let again = false
  let stopped = false

  async function run(): Promise<void> {
    due = Number.POSITIVE_INFINITY
    again = reading
    if (stopped || reading) return
    reading = true
    if (!document.hidden) await read()
    reading = false
    within(again ? SOON_MS : everyMs)
  }

  function within(ms: number): void {
    const at = performance.now() + ms
    if (stopped || at >= due) return
    clearTimeout(timer)
    due = at
    timer = setTimeout(() => void run(), ms)
  }

  const seen = () => {
    if (!document.hidden) within(0)
  }
  document.addEventListener('visibilitychange', seen)
  void run()
  return {
    poke: () => within(SOON_MS),
    now: () => within(0),
    stop() {
      stopped = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', seen)
    },
  }
}
