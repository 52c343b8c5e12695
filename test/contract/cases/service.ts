import { describe, expect } from 'vitest'
import { ask } from '../../support/http.ts'
import type { Harness } from '../harness.ts'
import { startWatched } from '../watched.ts'

/** How a service is born, lives and goes. */
export function serviceCases({ contract, start, mount, adapter }: Harness): void {
  describe('a service', () => {
    contract('registers, is ready where it listens, and says goodbye', async () => {
      const { sink, app, end, source } = await start({
        heartbeatInterval: '60s',
        version: '1.2.3',
        env: 'test',
      })
      const registered = await sink.event('AppRegistered')
      expect(registered).toMatchObject({
        source,
        env: 'test',
        seq: 1,
        payload: { version: '1.2.3', env: 'test', heartbeat_interval_s: 60, pid: process.pid },
      })
      await sink.event('AgentHeartbeat')
      await ask(`${app.url}/ok`)
      await end()
      await end()
      expect(sink.states().map(({ payload }) => payload)).toMatchObject([
        { state: 'started' },
        { state: 'ready', address: app.url },
        { state: 'stopping', reason: 'close' },
        { state: 'stopped', reason: 'close' },
      ])
      expect(sink.ofType('AppRegistered')).toHaveLength(1)
      const beats = sink.ofType('AgentHeartbeat')
      expect(beats.map(({ payload }) => payload['requests'])).toEqual([0, 1])
      for (const event of sink.events) expect(event).toMatchObject({ source, instance: registered.instance })
      const numbers = sink.events.map(({ seq }) => seq!).sort((a, b) => a - b)
      expect(numbers).toEqual(numbers.map((_, index) => index + 1))
      expect(new Set(sink.events.map(({ id }) => id)).size).toBe(sink.events.length)
    })

    contract('beats by its interval', async () => {
      const { sink } = await start({ heartbeatInterval: '200ms' })
      const beats = await sink.waitFor(() => {
        const heard = sink.ofType('AgentHeartbeat')
        return heard.length >= 3 && heard
      })
      expect(beats[0]!.payload).toMatchObject({ status: 'healthy', interval_s: 0.2 })
    })

    contract('that has the line twice reports once', async () => {
      const { sink, app, end } = await start({}, 2)
      await ask(`${app.url}/ok`)
      await ask(`${app.url}/throw`)
      await end()
      expect(sink.ofType('InteractionDetected')).toHaveLength(2)
      expect(sink.spans).toHaveLength(2)
      expect(sink.ofType('ErrorReported')).toHaveLength(1)
      expect(sink.ofType('AppRegistered')).toHaveLength(1)
      expect(sink.states().map(({ payload }) => payload['state'])).toEqual([
        'started',
        'ready',
        'stopping',
        'stopped',
      ])
    })

    contract('that has the line as an ES module and as CommonJS reports once', async () => {
      const { sink, app, end } = await start({}, 'both')
      await ask(`${app.url}/users/7`)
      await ask(`${app.url}/throw`)
      await end()
      const actions = sink.ofType('InteractionDetected').map(({ payload }) => payload['action'])
      expect(actions.sort()).toEqual(['GET /throw', 'GET /users/:id'])
      expect(sink.spans).toHaveLength(2)
      expect(sink.ofType('ErrorReported')).toHaveLength(1)
      expect(sink.ofType('AppRegistered')).toHaveLength(1)
      expect(sink.states()).toHaveLength(4)
    })

    contract('of two apps stops with the last of them', async () => {
      const { sink, app, end, source } = await start()
      const other = await mount({ url: sink.url, source })
      expect(other.app.hub).toBe(app.hub)
      await end()
      expect(sink.states().map(({ payload }) => payload['state'])).toEqual(['started', 'ready'])
      await ask(`${other.app.url}/ok`)
      await other.end()
      expect(sink.ofType('InteractionDetected')).toHaveLength(1)
      expect(sink.states().map(({ payload }) => payload['state'])).toEqual([
        'started',
        'ready',
        'stopping',
        'stopped',
      ])
    })

    contract('that is restarted by node --watch says goodbye, and registers again', async () => {
      const { sink, restart, stop } = await startWatched(adapter.program)
      const ready = () => sink.states().filter(({ payload }) => payload['state'] === 'ready')
      await sink.waitFor(() => ready().length > 0)
      await restart()
      await sink.waitFor(() => ready().length > 1)
      await stop()
      for (const { instance } of ready()) {
        const states = sink.states().filter((event) => event.instance === instance)
        expect(states.map(({ payload }) => payload)).toMatchObject([
          { state: 'started' },
          { state: 'ready' },
          { state: 'stopping', reason: 'SIGTERM' },
          { state: 'stopped', reason: 'SIGTERM' },
        ])
        expect(sink.ofType('AppRegistered').filter((event) => event.instance === instance)).toHaveLength(1)
      }
    })

    contract('may close its hub before it goes, and twice', async () => {
      const { sink, app, end } = await start()
      await ask(`${app.url}/ok`)
      await Promise.all([app.hub.close(), app.hub.close()])
      await app.hub.close()
      expect(app.hub.event('contract.late')).toBe(false)
      expect((await ask(`${app.url}/custom`)).status).toBe(200)
      expect((await ask(`${app.url}/throw`)).status).toBe(500)
      await end()
      expect(sink.ofType('InteractionDetected')).toHaveLength(1)
      expect(sink.states().map(({ payload }) => payload['state'])).toEqual([
        'started',
        'ready',
        'stopping',
        'stopped',
      ])
    })

    contract('says what its capture sees, from the first request on', async (meta) => {
      const { app } = await start()
      await ask(`${app.url}/ok`)
      expect(app.hub.coverage().length).toBeGreaterThan(0)
      meta.coverage = app.hub.coverage()
    })
  })
}
