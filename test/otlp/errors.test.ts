import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { PROTOCOLS, startSdk } from './sdk.ts'

test.each(PROTOCOLS)(
  'what the official SDK records in a span and a log by %s is one error',
  async (protocol) => {
    const { hub, tracers, loggers, end } = await startSdk(protocol)
    const tracer = tracers.getTracer('orders')
    for (const name of ['first', 'second']) {
      const span = tracer.startSpan(name)
      const refusal = new TypeError(`no stock for ${name}`)
      span.recordException(refusal)
      loggers.getLogger('orders').emit({
        eventName: 'exception',
        severityNumber: 17,
        exception: refusal,
        context: trace.setSpan(ROOT_CONTEXT, span),
      })
      span.end()
    }
    await end()
    const { data } = (await hub.get('/api/v1/errors')).body
    expect(data).toMatchObject([
      { service: 'shop', type: 'TypeError', count: 2, culprit: expect.stringContaining('errors.test.ts') },
    ])
    const told = (await hub.get(`/api/v1/errors/${data[0].id}/occurrences`)).body.data
    expect(told).toMatchObject([{ told_by: ['span_event', 'log'] }, { told_by: ['span_event', 'log'] }])
  },
)
