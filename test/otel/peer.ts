import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { HubEvent } from '@hubline/core'
import { expect, onTestFinished } from 'vitest'
import { start, stop } from '../../examples/demo/src/processes.ts'
import type { ReadHistogramPoint } from '../../collector/src/otlp/data-points.ts'
import { HubSink, type SinkSpan } from '../support/hub-sink.ts'

const APP = fileURLToPath(new URL('peers/app.mjs', import.meta.url))
const HERE = fileURLToPath(new URL('..', import.meta.url))

export interface Peer {
  sink: HubSink
  url: string
  printed: readonly string[]
  /** Ends the app politely; resolves with how it ended when all that it had to say was delivered. */
  end(): Promise<[code: number | null, signal: string | null]>
}

export interface PeerOptions {
  /** Beside HUB_API_URL and, for an SDK, where it sends to. */
  env?: Record<string, string>
  /** Flags of node. */
  flags?: readonly string[]
  /** The project whose modules the app loads; this one when absent. */
  project?: string
}

/** The app of peers/app.mjs in a process of its own, and the hub that it and its SDK report to. */
export async function startPeer({ env = {}, flags = [], project = HERE }: PeerOptions = {}): Promise<Peer> {
  const sink = await HubSink.open()
  const sdk = env['SDK'] ? { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_LOG_LEVEL: 'warn' } : {}
  const app = await start({
    name: 'app',
    cwd: project,
    args: [...flags, APP],
    env: { HUB_API_URL: sink.url, HUB_SOURCE: 'tea', ...sdk, ...env },
    ready: /^ready at/,
  })
  const closed = once(app.process, 'close') as Promise<[number | null, string | null]>
  onTestFinished(async () => {
    await stop(app)
    await sink.close()
  })
  const url = app.printed.find((line) => line.startsWith('ready at '))!.slice('ready at '.length)
  const end: Peer['end'] = async () => {
    app.process.kill('SIGTERM')
    return closed
  }
  return { sink, url, printed: app.printed, end }
}

/** The one SERVER span among all that arrived, and the one event of its request, which agree. */
export function served(sink: HubSink): [span: SinkSpan, event: HubEvent] {
  const spans = sink.spans.filter(({ kind }) => kind === 'server')
  const events = sink.ofType('InteractionDetected')
  expect(spans.map(({ name }) => name)).toHaveLength(1)
  expect(events).toHaveLength(1)
  const [span] = spans as [SinkSpan]
  const [event] = events as [HubEvent]
  expect(event).toMatchObject({ trace_id: span.traceId, span_id: span.spanId })
  expect(span.attributes['hub.event.id']).toBe(event.id)
  return [span, event]
}

/** The span of that name, the only one. */
export function spanOf(sink: HubSink, name: string): SinkSpan {
  const spans = sink.spans.filter((span) => span.name === name)
  expect(spans, sink.spans.map((span) => span.name).join()).toHaveLength(1)
  return spans[0]!
}

/** The points of http.server.request.duration, in the order in which they arrived. */
export function durationsOf(sink: HubSink): ReadHistogramPoint[] {
  return sink.metrics.flatMap((metric) =>
    metric.name === 'http.server.request.duration' && metric.type === 'histogram' ? metric.dataPoints : [],
  )
}
