import type { EventOptions, Severity } from '@hubline/core'

/** What takes the events of a tracked function: hooks of a system, or the hub of the service. */
export interface EventSink {
  event(type: string, payload: object, options?: EventOptions): unknown
}

export interface TrackOptions {
  /** Where its events go: hooks, or a hub. The service's own hub, `getHub()`, when absent. */
  hook?: EventSink | undefined
  /** Of the begin and of a success, `info` when absent; a failure is an `error`. */
  severity?: Severity | undefined
  /** Whether the begin tells the arguments: secrets hidden, `[too large]` beyond 16 KiB. */
  includeArgs?: boolean | undefined
  /** Whether a success tells the result, in the same bounds. */
  includeResult?: boolean | undefined
  tags?: readonly string[] | undefined
}
