import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { getHub, hubline } from '@hubline/express'
import { track } from '@hubline/hooks'
import express from 'express'
import { expect, onTestFinished, test, vi } from 'vitest'
import { collectorForTest, type Json } from '../../collector/src/testing/collector.ts'

/** Ends what hangs. */
const WAIT = { timeout: 20_000 }

test.each([false, true])(
  'each run has a span in its place of the trace (by an API of ours: %s)',
  async (otelApi) => {
    const hub = await collectorForTest()
    const app = express()
    app.use(hubline({ url: hub.url, source: otelApi ? 'shop-api' : 'shop', otelApi, logLevel: 'silent' }))
    const inner = track('inner', {}, async function load() {
      await Promise.resolve()
      throw new RangeError('too far')
    })
    const outer = track('outer', {}, async () => inner().catch(() => 'mended'))
    const steps = track('steps', {}, function* () {
      yield track('step', {}, () => 1)()
    })
    app.get('/', async (_request, response) => {
      for (const _ of steps());
      response.end(await outer())
    })
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(async () => {
      server.closeAllConnections()
      server.close()
      await getHub().close()
    })
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    track('alone', {}, () => {})()
    await getHub().flush()

    const { body } = await vi.waitUntil(async () => {
      const answer = await hub.get('/api/v1/traces')
      return answer.body.data.length === 2 && answer
    }, WAIT)
    const traces = await Promise.all(
      body.data.map(async ({ trace_id }: Json) => (await hub.get(`/api/v1/traces/${trace_id}`)).body.spans),
    )
    const spans: Json[] = traces.flat()
    const named = (name: string): Json => spans.find((span) => span.name === name)
    const parents = Object.fromEntries(
      spans.map(({ name, parentSpanId }) => [
        name,
        spans.find(({ spanId }) => spanId === parentSpanId)?.name ?? null,
      ]),
    )
    expect(parents).toEqual({
      'GET /': null,
      steps: 'GET /',
      step: 'steps',
      outer: 'GET /',
      inner: 'outer',
      alone: null,
    })
    expect(named('inner')).toMatchObject({
      status: expect.objectContaining({ message: 'too far' }),
      attributes: { 'error.type': 'RangeError', 'code.function.name': 'load' },
    })
    expect(named('outer').attributes).not.toHaveProperty('error.type')
  },
)
