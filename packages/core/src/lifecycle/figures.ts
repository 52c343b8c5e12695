import type { LossTable } from '../client/losses.ts'
import type { HubStats } from '../hub.ts'

/** What became of the events of one instance, cumulatively: `generated = sent + Σ dropped + waiting`, at any time. */
export interface Figures {
  generated: number
  sent: number
  dropped: LossTable
  /** In memory, on the way and on disk. */
  waiting: number
}

/** The figures of the moment in which one more event, the one that carries them, has been made. */
export function figuresWithNext({ generated, events }: HubStats): Figures {
  const { delivered = 0, dropped = {}, queued = 0 } = events ?? {}
  return { generated: generated + 1, sent: delivered, dropped, waiting: queued + 1 }
}
