import type { HubEvent } from '@hubline/core'
import { expect } from 'vitest'
import type { HubSink, SinkSpan } from '../support/hub-sink.ts'

/** Headers of a caller that has a trace and a correlation. */
export const TRACE = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'x-correlation-id': 'order-77',
}
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'

/** The one request that a test made: its event and its span, which agree. */
export function story(sink: HubSink): [event: HubEvent, span: SinkSpan] {
  const events = sink.ofType('InteractionDetected')
  const servers = sink.spans.filter(({ kind }) => kind === 'server')
  expect(events).toHaveLength(1)
  expect(servers).toHaveLength(1)
  const [event] = events as [HubEvent]
  const [span] = servers as [SinkSpan]
  expect(span).toMatchObject({ traceId: event.trace_id, spanId: event.span_id })
  expect(span.attributes['hub.event.id']).toBe(event.id)
  expect(span.resource.attributes).toMatchObject({ 'service.name': event.source })
  return [event, span]
}
