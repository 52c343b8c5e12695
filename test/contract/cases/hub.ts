import { describe, expect, onTestFinished } from 'vitest'
import { ask } from '../../support/http.ts'
import { HubSink } from '../../support/hub-sink.ts'
import type { Harness } from '../harness.ts'

/** What a hub that is away, slow or unwilling costs. */
export function hubCases({ contract, start, mount }: Harness): void {
  describe('a hub', () => {
    contract('that is away at first gets everything later', async () => {
      const port = await HubSink.freePort()
      const { app, end } = await mount({ url: `http://127.0.0.1:${port}`, timeout: '2s' })
      for (const path of ['/ok', '/users/7', '/throw'])
        expect((await ask(app.url + path)).status).toBeGreaterThan(0)
      await app.hub.flush()
      expect(app.hub.health().status).toBe('degraded')
      const sink = await HubSink.open(port)
      onTestFinished(() => sink.close())
      await sink.event('AppRegistered')
      await end()
      const actions = sink.ofType('InteractionDetected').map(({ payload }) => payload['action'])
      expect(actions.sort()).toEqual(['GET /ok', 'GET /throw', 'GET /users/:id'])
      expect(sink.spans).toHaveLength(3)
      expect(sink.ofType('ErrorReported')).toHaveLength(1)
      expect(sink.states()).toHaveLength(4)
      expect(app.hub.health().status).toBe('healthy')
      expect(app.hub.stats()).toMatchObject({
        events: { queued: 0, dropped: {} },
        spans: { queued: 0, dropped: {} },
      })
    })

    contract('that answers slowly holds up no response', async () => {
      const { sink, app, end } = await start()
      let open = (): void => {}
      const gate = new Promise<undefined>((resolve) => (open = () => resolve(undefined)))
      sink.trouble = () => gate
      for (let round = 0; round < 3; round++) {
        expect((await ask(`${app.url}/ok`)).status).toBe(200)
        expect((await ask(`${app.url}/throw`)).status).toBe(500)
      }
      open()
      await end()
      expect(sink.ofType('InteractionDetected')).toHaveLength(6)
      expect(sink.spans).toHaveLength(6)
      expect(sink.ofType('ErrorReported')).toHaveLength(3)
    })

    contract('that fails or drops the connection gets each event once', async () => {
      const { sink, app, end } = await start({ maxRetries: 5 })
      await sink.event('AgentHeartbeat')
      const troubles = [{ status: 503 }, 'drop', { status: 429, headers: { 'retry-after': '0' } }] as const
      let next = 0
      sink.trouble = ({ path }) => (path.endsWith('/events') ? troubles[next++] : undefined)
      await ask(`${app.url}/ok`)
      await ask(`${app.url}/throw`)
      await sink.event('ErrorReported')
      await end()
      expect(next).toBeGreaterThan(troubles.length)
      const ids = sink.events.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      const numbers = sink.events.map(({ seq }) => seq!).sort((a, b) => a - b)
      expect(numbers).toEqual(numbers.map((_, index) => index + 1))
    })

    contract('that never answers does not keep the app from closing', async () => {
      const { sink, app } = await start()
      await sink.event('AgentHeartbeat')
      sink.trouble = () => 'hang'
      expect((await ask(`${app.url}/ok`)).status).toBe(200)
      await app.close()
      await sink.close()
    })

    contract('that refuses for good costs the app nothing but what it refused', async () => {
      const { sink, app, end } = await start()
      await sink.event('AgentHeartbeat')
      sink.trouble = ({ path }) => (path.endsWith('/events') ? { status: 401 } : undefined)
      expect((await ask(`${app.url}/ok`)).status).toBe(200)
      await end()
      expect(app.hub.stats().events!.dropped.rejected).toBeGreaterThan(0)
      expect(sink.spans).toHaveLength(1)
    })
  })
}
