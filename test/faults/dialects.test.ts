import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createHub, type Hub, type HubOptions } from '@hubline/core'
import { expect, it, onTestFinished } from 'vitest'
import { sayEveryKind } from '../support/every-kind.ts'
import { eventually, readJson } from '../support/read-back.ts'
import { account } from './account.ts'

interface Taken {
  taken: Record<string, unknown>[]
  refused: string[]
}

type Kind = 'hub' | 'mesh' | 'ecosystem'

async function originalServer(kind: Kind) {
  const script = new URL('peers/original.py', import.meta.url).pathname
  const peer = spawn('python3', [script, kind], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void peer.kill())
  const [line] = (await once(peer.stdout, 'data')) as [Buffer]
  const url = `http://127.0.0.1:${line.toString().trim().split(' ').at(-1)}`
  return { url, taken: () => readJson<Taken>(`${url}/taken`) }
}

function tally(hub: Hub, kind: Kind, taken: number): void {
  const { generated, events } = hub.stats()
  const { dropped } = events!
  const missing = generated - taken - Object.values(dropped).reduce((sum, count) => sum + count, 0)
  account({ side: 'client', scenario: `dialects/${kind}`, generated, stored: taken, dropped, missing })
}

/** One event of every kind. */
async function tellAll(options: HubOptions) {
  const hub = createHub({ source: 'shop', env: 'test', batchTimeout: 1, logLevel: 'silent', ...options })
  sayEveryKind(hub)
  hub.event('shop.accepted.only', {})
  await hub.close()
  return hub
}

it('is understood by an original hub, which it recognises by itself', async () => {
  const server = await originalServer('hub')
  const hub = await tellAll({ url: server.url })
  const { taken, refused } = await server.taken()
  expect(refused).toEqual([])
  tally(hub, 'hub', taken.length)
  expect(taken).toHaveLength(hub.stats().generated)
  expect(hub.stats().events).toMatchObject({ delivered: taken.length, dropped: {} })
  const said = taken.map(({ type, payload }) => [type, (payload as { action?: string }).action])
  expect(said).toEqual(
    expect.arrayContaining([
      ['AppRegistered', undefined],
      ['InteractionDetected', 'lifecycle.started'],
      ['InteractionDetected', 'order_placed'],
      ['InteractionDetected', 'shop.stock.reserved'],
      ['ErrorReported', undefined],
      ['InteractionDetected', 'lifecycle.stopped'],
    ]),
  )
})

it('publishes to the event bus, where 200 alone is a success', async () => {
  const server = await originalServer('mesh')
  const hub = await tellAll({ url: server.url, dialect: 'mesh' })
  const { taken, refused } = await server.taken()
  expect(refused).toEqual([])
  tally(hub, 'mesh', taken.length)
  expect(hub.stats().events).toMatchObject({ delivered: taken.length, dropped: { rejected: 1 } })
  expect(taken.map(({ event_type, priority }) => [event_type, priority])).toEqual(
    expect.arrayContaining([
      ['shop.started', 'normal'],
      ['shop.metric', 'low'],
      ['shop.error', 'critical'],
      ['shop.interaction.detected', 'normal'],
      ['shop.stock.reserved', 'normal'],
      ['shop.stopped', 'high'],
    ]),
  )
  const error = taken.find(({ event_type }) => event_type === 'shop.error')!
  expect(error['payload']).toMatchObject({ error_type: 'TypeError', message: 'no stock' })
})

it('sends batches to the event collector of the hooks', async () => {
  const server = await originalServer('ecosystem')
  const hub = await tellAll({ url: server.url, dialect: 'ecosystem' })
  const { taken, refused } = await eventually(async () => server.taken())
  expect(refused).toEqual([])
  tally(hub, 'ecosystem', taken.length)
  expect(hub.stats().events).toMatchObject({ delivered: taken.length, dropped: {} })
  expect(taken.map(({ event_type, severity }) => [event_type, severity])).toEqual(
    expect.arrayContaining([
      ['app_registered', 'info'],
      ['lifecycle_stopped', 'info'],
      ['error_reported', 'error'],
      ['shop.stock.reserved', 'debug'],
    ]),
  )
  expect(taken.find(({ correlation_id }) => correlation_id === 'c-1')).toMatchObject({
    source_system: 'shop',
    data: { action: 'order_placed', order_id: 42 },
  })
})
