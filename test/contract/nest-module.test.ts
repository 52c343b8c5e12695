import { createRequire } from 'node:module'
import { createHub } from '@hubline/core'
import { HUB, HublineModule } from '@hubline/nestjs'
import { VersioningType } from '@nestjs/common'
import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js'
import { describe, expect, test } from 'vitest'
import { ask, json } from '../support/http.ts'
import { Seats } from './nest-seats.ts'
import { appModule, listen, make, openSink, PLATFORMS, settings, start } from './nest-start.ts'

// oxlint-disable-next-line typescript/no-extraneous-class -- what a Nest module is
class WithUrl {}

for (const platform of Object.keys(PLATFORMS)) {
  describe(`the module of nest on ${platform}`, () => {
    test('names routes with their global prefix and version', async () => {
      const { sink, app, url } = await start(platform, (app) => {
        app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI, defaultVersion: '1' })
      })
      expect(json(await ask(`${url}/api/v2/seats/7`))).toEqual({ seat: '7' })
      expect((await ask(`${url}/api/v1/seats/forbidden`)).status).toBe(403)
      expect((await ask(`${url}/api/v3/seats/7`)).status).toBe(404)
      expect((await ask(`${url}/seats/7`)).status).toBe(404)
      await app.close()
      const actions = sink.ofType('InteractionDetected').map(({ payload }) => payload['action'])
      expect(actions.sort()).toEqual([
        'GET',
        'GET',
        'GET /api/v1/seats/forbidden',
        'GET /api/v2/seats/:seat',
        'seat_seen',
      ])
      expect(sink.ofType('ErrorReported')).toEqual([])
    })

    test('does not take a route that gave way to another version for one that answered', async () => {
      const { sink, app, url } = await start(platform, (app) => {
        app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' })
      })
      expect((await ask(`${url}/seats/7`, { headers: { 'x-version': '3' } })).status).toBe(404)
      await app.close()
      expect(sink.ofType('InteractionDetected')).toMatchObject([{ payload: { action: 'GET', status: 404 } }])
    })

    test('hands out one hub, by type and by token', async () => {
      const { app, options } = await start(platform)
      const { hub, byToken } = app.get(Seats)
      expect(hub).toBe(createHub(options))
      expect(byToken).toBe(hub)
      expect(app.get(HUB)).toBe(hub)
      expect(hub.coverage()[0]!.tier).toBe(`nestjs on ${platform}`)
    })

    test('makes options from other providers', async () => {
      const sink = await openSink()
      const options = settings(sink)
      const urls = { module: WithUrl, providers: [{ provide: 'URL', useValue: sink.url }], exports: ['URL'] }
      const useFactory = async (url: string) => ({ ...options, url })
      const module = HublineModule.forRootAsync({ imports: [urls], inject: ['URL'], useFactory })
      const app = await make(platform, appModule(module))
      const url = await listen(app)
      const answer = await ask(`${url}/seats`, { method: 'POST', body: { n: 1 } })
      await app.close()
      const [event] = sink.ofType('InteractionDetected')
      expect(json(answer)).toEqual({ body: { n: 1 }, trace_id: event!.trace_id })
      expect(event).toMatchObject({ source: options.source, payload: { action: 'POST /seats', status: 201 } })
    })

    test('reports once when both forms of the package are at work', async () => {
      const copy = createRequire(import.meta.url)('@hubline/nestjs') as {
        HublineModule: typeof HublineModule
      }
      expect(copy.HublineModule).not.toBe(HublineModule)
      const sink = await openSink()
      const options = settings(sink)
      const modules = [HublineModule.forRoot(options), copy.HublineModule.forRoot(options)]
      const app = await make(platform, appModule(...modules))
      const url = await listen(app)
      expect((await ask(`${url}/seats/broken`)).status).toBe(500)
      await app.close()
      expect(sink.ofType('InteractionDetected')).toHaveLength(1)
      expect(sink.ofType('ErrorReported')).toHaveLength(1)
      expect(sink.states()).toHaveLength(4)
    })

    test('without an address installs nothing but the handle', async () => {
      const { next } = ExceptionsHandler.prototype
      const app = await make(platform, appModule(HublineModule.forRoot(settings())))
      const url = await listen(app)
      expect(json(await ask(`${url}/seats`, { method: 'POST', body: {} }))).toEqual({ body: {} })
      expect(ExceptionsHandler.prototype.next).toBe(next)
      const { hub } = app.get(Seats)
      expect(hub.capturing).toBe(false)
      expect(hub.coverage()).toEqual([])
    })
  })
}
