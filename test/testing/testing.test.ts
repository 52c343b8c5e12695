import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { fakeClock, hublineMatchers, type MemorySink, memorySink } from '@hubline/core/testing'
import { hubline } from '@hubline/express'
import express from 'express'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../support/programs.ts'

interface Reports {
  toHaveReported(type: string, payload?: object): void
  toHaveReportedTimes(type: string, times: number): void
}

expect.extend(hublineMatchers as unknown as Parameters<typeof expect.extend>[0])

const expectOf = (sink: MemorySink): Reports & { not: Reports } => expect(sink) as never

async function serve(options: Parameters<typeof hubline>[0], prepare: (app: express.Express) => void) {
  const app = express()
  app.use(hubline({ source: 'tested', ...options }))
  prepare(app)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a test sees what its app reports, without a network', async () => {
  const sink = memorySink()
  const url = await serve(sink.options, (app) => {
    app.get('/users/:id', (req, res) => {
      req.hub.interaction('user_seen', { id: req.params.id, password: 'x' })
      res.end()
    })
  })
  await fetch(`${url}/users/7`)
  await sink.event((event) => event.payload['route'] === '/users/:id')
  expectOf(sink).toHaveReported('InteractionDetected', {
    action: 'user_seen',
    id: '7',
    password: '[redacted]',
  })
  expectOf(sink).toHaveReported('LifecycleChanged', { state: 'ready', address: expect.stringContaining(url) })
  expectOf(sink).not.toHaveReported('ErrorReported')
  expectOf(sink).toHaveReportedTimes('AppRegistered', 1)
  sink.clear()
  expect(sink.events).toEqual([])
})

test('a sink hears everything, whatever the environment says of the hub', async () => {
  const folder = await temporaryFolder()
  const environment = {
    HUB_EVENTS_ENABLED: 'false',
    HUB_API_URL: 'http://hub.invalid',
    HUB_DIALECT: 'mesh',
    HUB_INTERACTIONS: 'none',
    HUB_SPOOL_DIR: folder,
    HUB_BATCH_TIMEOUT: '60s',
  }
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  const sink = memorySink()
  const url = await serve(sink.options, (app) => app.get('/', (_req, res) => res.end()))
  await fetch(url)
  const event = await sink.event('InteractionDetected')
  expect(event.payload).toMatchObject({ action: 'GET /' })
  expect(await readdir(folder)).toEqual([])
})

test('sinks are hubs of their own', async () => {
  const [one, other] = [memorySink(), memorySink()]
  const first = await serve(one.options, () => {})
  await serve(other.options, () => {})
  await fetch(`${first}/nowhere`)
  await one.event('InteractionDetected')
  expectOf(other).not.toHaveReported('InteractionDetected')
})

test('a clock that the test holds decides on times and durations', async () => {
  const sink = memorySink()
  const clock = fakeClock('2026-01-31T12:00:00Z')
  const url = await serve({ ...sink.options, clock }, (app) => {
    app.get('/slow', (_req, res) => {
      clock.advance(1500)
      res.end()
    })
  })
  await fetch(`${url}/slow`)
  const event = await sink.event('InteractionDetected')
  expect(event).toMatchObject({ occurred_at: '2026-01-31T12:00:01.500Z', payload: { duration_ms: 1500 } })
})

test('says what is there when what was awaited does not come', async () => {
  const sink = memorySink()
  await serve(sink.options, () => {})
  await sink.event('AppRegistered')
  await expect(sink.event('DeploySignal', 20)).rejects.toThrow(
    /waited 20 ms for DeploySignal; there is AppRegistered/,
  )
  expect(() => expectOf(sink).toHaveReported('DeploySignal')).toThrow(
    /expected a DeploySignal with \{\}; there is\n {2}AppRegistered/,
  )
})
