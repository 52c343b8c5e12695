/** How far a sender's clock and its way to the collector put its events behind the time of their arrival; milliseconds. */
export interface SenderClock {
  /** Of an event that is told as it happens; null while none came. */
  readonly delay: number | null
  /** Of its newest heartbeat. */
  readonly beatDelay: number | null
  readonly beatReceived: number | null
}

export const NEW_SENDER: SenderClock = { delay: null, beatDelay: null, beatReceived: null }

/** A first event that is older than this on arrival was kept back somewhere. */
const REPLAYED_AFTER_MS = 5 * 60_000
/** Two beats that are as late as one another up to this are told as they happen: by a clock that was set anew. */
const STEADY_MS = 5000
/** Beats of a backlog arrive together; those that are told as they happen do not. */
const APART_MS = 500

/**
 * When an event happened, by the collector's clock: a spool that is emptied tells of then, while a clock that is wrong
 * changes nothing.
 *
 * @returns milliseconds since the epoch, and what is now known of the sender.
 */
export function placeInTime(
  clock: SenderClock,
  { occurredMs, receivedMs, heartbeat }: { occurredMs: number; receivedMs: number; heartbeat: boolean },
): { at: number; clock: SenderClock } {
  const delay = receivedMs - occurredMs
  let usual = clock.delay
  if (usual === null ? delay <= REPLAYED_AFTER_MS : delay < usual) usual = delay
  let { beatDelay, beatReceived } = clock
  if (heartbeat) {
    const apart = receivedMs - (beatReceived ?? receivedMs) > APART_MS
    if (apart && beatDelay !== null && Math.abs(delay - beatDelay) <= STEADY_MS) usual = delay
    beatDelay = delay
    beatReceived = receivedMs
  }
  const same = usual === clock.delay && !heartbeat
  return {
    at: Math.min(receivedMs, occurredMs + (usual ?? 0)),
    clock: same ? clock : { delay: usual, beatDelay, beatReceived },
  }
}
