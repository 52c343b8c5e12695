import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HublineModule } from '@hubline/nestjs'
import { NestFactory } from '@nestjs/core'
import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ask } from '../support/http.ts'
import { appModule, make, openSink, PLATFORMS, settings, start } from './nest-start.ts'

for (const platform of Object.keys(PLATFORMS)) {
  describe(`the life of nest on ${platform}`, () => {
    test('says why it stops', async () => {
      const { sink, app, url } = await start(platform)
      // What Nest does at a signal, without one.
      await (app as unknown as { close(signal: string): Promise<void> }).close('SIGUSR2')
      expect(sink.states().map(({ payload }) => payload)).toMatchObject([
        { state: 'started' },
        { state: 'ready', address: url },
        { state: 'stopping', reason: 'SIGUSR2' },
        { state: 'stopped', reason: 'SIGUSR2' },
      ])
    })

    test('is ready at the first request to a server of the app’s own', async () => {
      const sink = await openSink()
      const app = await make(platform, appModule(HublineModule.forRoot(settings(sink))))
      await app.init()
      const instance = app.getHttpAdapter().getInstance() as { ready?: () => Promise<void>; routing?: never }
      await instance.ready?.()
      const server = createServer(instance.routing ?? (instance as never)).listen(0, '127.0.0.1')
      await new Promise((resolve) => server.once('listening', resolve))
      onTestFinished(() => void server.close())
      const { port } = server.address() as AddressInfo
      await ask(`http://127.0.0.1:${port}/seats/missing`)
      expect(await sink.event(({ payload }) => payload['state'] === 'ready')).toMatchObject({
        payload: { address: `http://127.0.0.1:${port}` },
      })
    })

    test('leaves Nest as it was after the last app', async () => {
      const { next } = ExceptionsHandler.prototype
      const first = await start(platform)
      const second = await start(platform)
      expect(ExceptionsHandler.prototype.next).not.toBe(next)
      await first.app.close()
      expect((await ask(`${second.url}/seats/broken`)).status).toBe(500)
      await second.app.close()
      expect(second.sink.ofType('ErrorReported')).toHaveLength(1)
      expect(ExceptionsHandler.prototype.next).toBe(next)
    })
  })
}

test('a worker without HTTP is ready when it has started', async () => {
  const sink = await openSink()
  const worker = await NestFactory.createApplicationContext(
    appModule(HublineModule.forRoot(settings(sink))),
    { logger: false, abortOnError: false },
  )
  await sink.event('AgentHeartbeat')
  await worker.close()
  expect(sink.states().map(({ payload }) => payload['state'])).toEqual([
    'started',
    'ready',
    'stopping',
    'stopped',
  ])
})
