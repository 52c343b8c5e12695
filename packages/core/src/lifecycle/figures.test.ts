import { expect, it } from 'vitest'
import type { Transport } from '../client/transport.ts'
import { resolveConfig } from '../config/resolve.ts'
import { Hub } from '../hub.ts'
import type { HubEvent } from '../wire/event.ts'

const silent = { error() {}, warn() {}, info() {}, debug() {} }

it('accounts in each heartbeat and in the goodbye for every event up to itself', async () => {
  const seed = Date.now() % 1e6
  let state = seed + 1
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  console.log(`seed ${seed}`)
  const arrived: HubEvent[] = []
  let calm = false
  const transport: Transport = {
    async send({ url, body }) {
      if (!url.endsWith('/events')) return { status: 404, headers: {}, body: '' }
      const luck = calm ? 1 : random()
      if (luck < 0.3) throw new Error('away')
      if (luck < 0.4) return { status: 400, headers: {}, body: '' }
      arrived.push(...JSON.parse(`[${Buffer.from(body!).toString().split('\n').join()}]`))
      return { status: 200, headers: {}, body: '{"accepted":1}' }
    },
    close() {},
  }
  const options = { url: 'http://127.0.0.1/x', batchTimeout: 1, maxRetries: 0, transport }
  const { config } = resolveConfig(options, {}, '/')
  const hub = new Hub({ ...config, breakerTimeout: 5, queueMaxBytes: 4000 }, silent, { transport })
  hub.start()
  for (let n = 0; n < 300; n++) {
    const luck = random()
    if (luck < 0.1) hub.event('')
    else if (luck < 0.3) hub.heartbeat()
    else hub.event('shop.thing.done', { n })
    if (random() < 0.2) await new Promise((resolve) => setTimeout(resolve, 2))
    const { generated, events } = hub.stats()
    const lost = Object.values(events!.dropped).reduce((sum, count) => sum + count, 0)
    expect(generated, `seed ${seed}`).toBe(events!.delivered + events!.queued + lost)
  }
  calm = true
  await hub.close()
  const saying = arrived.filter(({ payload }) => 'generated' in payload)
  expect(saying.length).toBeGreaterThan(1)
  for (const { seq, payload } of saying) {
    const { generated, sent, dropped, waiting } = payload as unknown as Record<string, number>
    const lost = Object.values(dropped!).reduce((sum: number, count) => sum + count, 0)
    expect([generated, sent! + lost + waiting!], `seed ${seed}`).toEqual([seq, seq])
  }
  const goodbye = arrived.find(({ payload }) => payload['state'] === 'stopped')!
  expect(goodbye.payload).toMatchObject({ state: 'stopped', generated: goodbye.seq })
  const { generated, events } = hub.stats()
  const lost = Object.values(goodbye.payload['dropped'] as object).reduce((sum, count) => sum + count, 0)
  expect([arrived.length + lost, events!.queued]).toEqual([generated, 0])
  expect(goodbye.payload['dropped']).toMatchObject({ invalid: expect.any(Number) })
})
