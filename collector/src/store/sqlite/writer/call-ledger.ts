import type { DatabaseSync } from 'node:sqlite'
import { peerOfSpan, type Peer } from '../../../otlp/peer.ts'
import { linksOfSpan } from '../../../otlp/span-links.ts'
import type { SpanRow } from '../../rows.ts'
import { durationBucket, noDurations } from '../duration-histogram.ts'
import { CallRates, OTHER, type CallDelta } from './call-rates.ts'
import { MAX_PEERS, MAX_SERVICES, RecentSpans, type RecentSpan } from './recent-spans.ts'

const [SERVER, CLIENT, PRODUCER, CONSUMER] = [2, 3, 4, 5]
const ERROR = 2

// How far apart the two ends of a call may arrive, in spans; the children that wait are those of other services alone.
const PARENTS = 2 ** 17
const CHILDREN = 2 ** 15
const AHEAD_MS = 3_600_000

/** What is read of a span to know the calls it took part in. */
export type CallSpan = Pick<
  SpanRow,
  'traceId' | 'spanId' | 'parentSpanId' | 'kind' | 'statusCode' | 'startUnixNano' | 'endUnixNano' | 'span'
>

interface DescribedSpan extends RecentSpan {
  called: boolean
  calls: boolean
}

/**
 * Requests that services took and calls between them, summed up in memory and written by `save`.
 *
 * A SERVER or CONSUMER span is joined with its parent of another service, whichever comes first, as long as both come within
 * the spans that are remembered. What a CLIENT span calls counts as a peer until the span of the called service comes.
 */
export class CallLedger {
  readonly #rates: CallRates
  readonly #maxAgeMs: number
  readonly #parents = new RecentSpans(PARENTS)
  readonly #waiting = new RecentSpans(CHILDREN)
  /** Whether a transaction is under way, or failed. */
  #saving = false
  readonly #deltas = new Map<number, Map<number, CallDelta>>()
  /** By number; the first is none. */
  readonly #peers: (Peer | undefined)[] = [undefined]
  readonly #peerNumbers = new Map<string, number>()

  /** @param maxAgeMs how old what is counted may be when it comes; milliseconds. */
  constructor(catalog: DatabaseSync, maxAgeMs: number) {
    this.#rates = new CallRates(catalog, maxAgeMs)
    this.#maxAgeMs = maxAgeMs
    for (const type of ['database', 'messaging', 'external'] as const) this.#number({ type, name: OTHER })
  }

  /** @returns whether it is a span that is not remembered already: one whose answer got lost is sent again. */
  add(service: number, span: CallSpan, receivedMs: number): boolean {
    const { traceId, spanId, parentSpanId, kind, startUnixNano } = span
    if (service >= MAX_SERVICES) return true
    if (this.#parents.has(traceId, spanId, service)) return false
    const made = this.#describe(service, span)
    const parent = asParent(made)
    this.#parents.add(traceId, spanId, parent)
    const startMs = Number(startUnixNano) / 1e6
    if (startMs < receivedMs - this.#maxAgeMs || startMs > receivedMs + AHEAD_MS) return true
    if (made.calls && made.peer !== 0) this.#count(service, 0, made.peer, made)
    if (made.called) {
      this.#count(0, service, 0, made)
      if (made.peer !== 0 && this.#isQueue(made.peer)) this.#count(0, service, made.peer, made)
      // By the conventions of messaging a consumer is linked with what sent each of its messages.
      const links = kind === CONSUMER ? linksOfSpan(span.span) : []
      for (const link of links) this.#joinParent(link.traceId, link.spanId, made)
      if (links.length === 0 && parentSpanId !== null) this.#joinParent(traceId, parentSpanId, made)
    }
    let answered = false
    this.#waiting.visit(traceId, spanId, (child, joined) => {
      if (!joined) answered = this.#join(parent, child, answered) || answered
      return true
    })
    if (answered) this.#parents.visit(traceId, spanId, () => true)
    return true
  }

  /** Takes a span that was counted before a restart. */
  remember(service: number, span: CallSpan): void {
    if (service >= MAX_SERVICES || this.#parents.has(span.traceId, span.spanId, service)) return
    this.#parents.add(span.traceId, span.spanId, asParent(this.#describe(service, span)))
  }

  /** Runs inside a catalog transaction; `saved` follows its commit. */
  save(): void {
    if (this.#saving) this.#rates.forget()
    this.#saving = true
    for (const paths of this.#deltas.values()) {
      for (const [key, delta] of paths) this.#rates.save(key, delta, this.#peers[delta.peer])
    }
  }

  saved(): void {
    this.#saving = false
    this.#deltas.clear()
  }

  /** Forgets what is too old; runs outside any transaction. */
  prune(now: number): void {
    this.#rates.prune(now)
  }

  #describe(
    service: number,
    { kind, statusCode, startUnixNano, endUnixNano, span }: CallSpan,
  ): DescribedSpan {
    const called = kind === SERVER || kind === CONSUMER
    const calls = kind === CLIENT || kind === PRODUCER
    const named = calls || kind === CONSUMER ? peerOfSpan(span) : undefined
    return {
      service,
      peer: named && !(kind === CLIENT && named.receives) ? this.#number(named) : 0,
      minute: Math.floor(Number(startUnixNano) / 6e10),
      bucket: durationBucket(Number(endUnixNano - startUnixNano)),
      failed: statusCode === ERROR && (called || calls),
      called,
      calls,
    }
  }

  #joinParent(traceId: Uint8Array, parentSpanId: Uint8Array, child: RecentSpan): void {
    let known = false
    this.#parents.visit(traceId, parentSpanId, (parent, answered) => {
      known = true
      return this.#join(parent, child, answered)
    })
    if (!known) this.#waiting.add(traceId, parentSpanId, child)
  }

  /** @returns whether the callee is of another service, so that the caller's peer turned out to be that one. */
  #join(parent: RecentSpan, child: RecentSpan, answered: boolean): boolean {
    if (parent.service === child.service) return answered
    const queue = [child.peer, parent.peer].find((peer) => this.#isQueue(peer)) ?? 0
    this.#count(parent.service, child.service, queue, {
      ...child,
      failed: child.failed || (parent.failed && queue === 0),
    })
    const external = this.#peers[parent.peer]?.type === 'external'
    if (external && !answered) this.#count(parent.service, 0, parent.peer, parent, -1)
    return true
  }

  #isQueue(peer: number): boolean {
    return this.#peers[peer]?.type === 'messaging'
  }

  #count(caller: number, callee: number, peer: number, span: RecentSpan, times: 1 | -1 = 1): void {
    const { minute, bucket, failed } = span
    let paths = this.#deltas.get(minute)
    if (!paths) this.#deltas.set(minute, (paths = new Map()))
    const key = (caller * MAX_SERVICES + callee) * MAX_PEERS + peer
    let delta = paths.get(key)
    if (!delta) {
      delta = { caller, callee, peer, minute, calls: 0, errors: 0, durations: noDurations() }
      paths.set(key, delta)
    }
    delta.calls += times
    if (failed) delta.errors += times
    delta.durations[bucket]! += times
  }

  #number(peer: Peer): number {
    const key = `${peer.type} ${peer.name}`
    let number = this.#peerNumbers.get(key)
    if (number !== undefined) return number
    if (this.#peers.length >= MAX_PEERS) return this.#peerNumbers.get(`${peer.type} ${OTHER}`)!
    number = this.#peers.push(peer) - 1
    this.#peerNumbers.set(key, number)
    return number
  }
}

/** The failure of a request is not that of each call made for it. */
function asParent(span: DescribedSpan): RecentSpan {
  return span.calls ? span : { ...span, failed: false }
}
