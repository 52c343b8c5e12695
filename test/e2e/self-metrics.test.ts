import { createHub } from '@hubline/core'
import { expect, it, onTestFinished } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { temporaryFolder } from '../support/programs.ts'

it('the client tells of its own delivery in metrics', async () => {
  const sink = await HubSink.open()
  onTestFinished(() => sink.close())
  sink.trouble = ({ path, body }) =>
    path.endsWith('/events') && body.includes('"unwanted"') ? { status: 422, body: '{}' } : undefined
  const spoolDir = await temporaryFolder()
  const hub = createHub({ url: sink.url, source: 'shop', spoolDir, batchSize: 1, logLevel: 'silent' })
  hub.event('unwanted')
  hub.event('wanted')
  await hub.flush()
  // Something has to be measured: what the client counts of itself goes along.
  hub.metric('orders', 7)
  await hub.flush()
  const before = hub.stats().events!

  const points = (name: string) => {
    const named = sink.metrics.filter((metric) => metric.name === name)
    return named.flatMap((metric) => (metric.type === 'sum' ? metric.dataPoints : []))
  }
  const events = { 'hubline.signal': 'events' }
  expect(points('hubline.client.dropped')).toMatchObject([
    { value: 1, attributes: { ...events, 'error.type': 'rejected' } },
  ])
  const sent = points('hubline.client.sent').find(
    ({ attributes }) => attributes['hubline.signal'] === 'events',
  )
  expect(sent!.value).toBeGreaterThan(0)
  expect(sent!.value).toBeLessThanOrEqual(before.delivered)
  const open = points('hubline.client.breaker.state').filter(({ value }) => value === 1)
  expect(open.map(({ attributes }) => attributes)).toEqual(
    ['events', 'spans', 'logs', 'metrics'].map((signal) => ({
      'hubline.signal': signal,
      'hubline.breaker.state': 'closed',
    })),
  )
  expect(points('hubline.client.spool.usage')).toMatchObject([{ value: expect.any(Number) }])
  expect(points('otel.sdk.exporter.log.exported')).toMatchObject([
    { attributes: { 'otel.component.type': 'otlp_http_log_exporter' } },
  ])
  expect(points('otel.sdk.processor.span.queue.size')).toHaveLength(1)
  await hub.close()
})
