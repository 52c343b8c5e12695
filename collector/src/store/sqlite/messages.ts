import type { Durability } from '../../config/config.ts'
import type { RetentionLimits } from '../../config/retention.ts'
import type { Look } from '../../monitors/look-out.ts'
import type { MonitorAdjustment, Transition } from '../monitors.ts'
import type { ErrorDecision } from '../errors.ts'
import type { ServedEvent } from '../events.ts'
import type { MeshChange } from '../mesh.ts'
import type { ValidateMode } from '../../vocabulary/mode.ts'
import type { VocabularyChange } from '../vocabularies.ts'
import type { OpenTracesMemory } from './open-traces.ts'
import type { EventsBody, EventsReceipt, OtlpBody, OtlpReceipt, StoredSignal } from '../store.ts'

/** How the store is cut; tests make it small. */
export interface StoreLimits {
  /** Rows after which a part is sealed. */
  partRows: number
  /** Milliseconds after which a part with rows is sealed. */
  partAgeMs: number
  /** How many times as fast as time really passes the clock may go to be believed by retention. */
  retentionPace: number
}

export interface WriterData {
  dataDir: string
  durability: Durability
  retention: RetentionLimits
  limits: StoreLimits
  /** Series that each metric of a service may have. */
  metricSeries: number
  validate: ValidateMode
  openTraces: OpenTracesMemory
  /** Milliseconds since the epoch. */
  now: number
}

/** What somebody wants changed of what the catalog keeps. */
export type CatalogChange =
  | { kind: 'mesh'; change: MeshChange }
  /** Sets the state of a group of errors. */
  | { kind: 'error'; decision: ErrorDecision }
  | { kind: 'vocabulary'; change: VocabularyChange }
  | { kind: 'monitors'; adjustment: MonitorAdjustment }

/** What is committed; `job` comes back in the answer. */
export type WriterJob =
  | ({ kind: 'events'; job: number } & EventsBody)
  | ({ kind: 'otlp'; job: number } & OtlpBody)
  /** Proves with a small write that the disk takes data. */
  | { kind: 'probe'; job: number }
  | ({ job: number } & CatalogChange)

/** What the main thread asks of the writer thread. */
export type WriterRequest =
  /** In the order in which they came. */
  | { kind: 'jobs'; jobs: WriterJob[] }
  /** Copies what may not change meanwhile into a folder, as it is between two groups. */
  | { kind: 'snapshot'; job: number; folder: string }
  /** Whether committed events are to be sent along for the live stream. */
  | { kind: 'watch'; on: boolean }
  /** Changes the states of monitors whose time has come. */
  | { kind: 'look'; look: Look }
  /** Seals and gives up what is due; milliseconds since the epoch. */
  | { kind: 'tidy'; now: number }
  | { kind: 'close' }

export type JobResult =
  | { job: number; receipt: EventsReceipt | OtlpReceipt | null }
  | { job: number; problem: 'disk' | 'internal'; message: string }

export type WriterReply =
  | { kind: 'opened'; totals: Record<StoredSignal, number>; watermark: bigint }
  | { kind: 'failed'; name: string; message: string }
  | {
      kind: 'committed'
      results: JobResult[]
      totals: Record<StoredSignal, number>
      watermark: bigint
      /** Cursor before the first of `events`; null while nobody watches. */
      after: bigint | null
      events: ServedEvent[]
      /** Changes of state, oldest first. */
      transitions: Transition[]
      /** Parts that are gone, as `signal/id`. */
      dropped: string[]
      /** Seconds that the group took, decoding included. */
      seconds: number
    }
  | { kind: 'looked'; transitions: Transition[] }
  | { kind: 'copied'; result: JobResult }
  | { kind: 'tidied'; totals: Record<StoredSignal, number>; dropped: string[] }
  | { kind: 'closed' }
