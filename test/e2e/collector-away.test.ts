import { once } from 'node:events'
import { expect, it } from 'vitest'
import { collectorProcess, exampleProcess, temporaryFolder } from '../support/programs.ts'
import { eventually, readJson } from '../support/read-back.ts'

interface Service {
  state: string
  events_by_type: Record<string, number>
  counts: { events: number; spans: number }
}

const ASKED = 40

it.each(['shop', 'payments', 'catalog'] as const)(
  '%s answers as ever while the collector is dead, and everything arrives once it is back',
  async (name) => {
    const data = await temporaryFolder()
    const collector = await collectorProcess(data)
    const service = await exampleProcess(name, { HUB_API_URL: collector.url, HUB_BATCH_TIMEOUT: '50ms' })
    const path = { shop: '/orders/7', payments: '/payments/7', catalog: '/products' }[name]
    const ask = async (): Promise<number> => (await fetch(service.url + path)).status
    const seen = (): Promise<Service> => readJson(`${collector.url}/api/v1/services/${name}`)

    expect(await ask()).toBe(200)
    await eventually(async () => (await seen()).events_by_type['InteractionDetected'] === 1)

    const gone = once(collector.process, 'exit')
    collector.process.kill('SIGKILL')
    await gone
    const answers = await Promise.all(Array.from({ length: ASKED }, ask))
    expect(new Set(answers)).toEqual(new Set([200]))

    await collectorProcess(data, Number(new URL(collector.url).port))
    const after = await eventually(async () => {
      const known = await seen()
      return known.counts.spans >= ASKED + 1 && known.events_by_type['InteractionDetected']! > ASKED && known
    })
    expect(after).toMatchObject({
      state: 'up',
      events_by_type: { AppRegistered: 1, InteractionDetected: ASKED + 1 },
      counts: { spans: ASKED + 1 },
    })
  },
  120_000,
)

it('says goodbye when it is told to go', async () => {
  const collector = await collectorProcess(await temporaryFolder())
  const service = await exampleProcess('shop', { HUB_API_URL: collector.url })
  const gone = once(service.process, 'exit')
  service.process.kill('SIGTERM')
  // Nobody else handles the signal in this app, so it ends by it as it would without us.
  expect(await gone).toEqual([null, 'SIGTERM'])
  const query = 'source=shop&type=LifecycleChanged'
  const { data } = await readJson<{ data: { payload: object }[] }>(
    `${collector.url}/api/v1/hub/events?${query}`,
  )
  expect(data.map(({ payload }) => payload)).toMatchObject([
    { state: 'started' },
    { state: 'ready', address: service.url },
    { state: 'stopping', reason: 'SIGTERM' },
    { state: 'stopped', reason: 'SIGTERM' },
  ])
  expect(await readJson<Service>(`${collector.url}/api/v1/services/shop`)).toMatchObject({ state: 'stopped' })
})
