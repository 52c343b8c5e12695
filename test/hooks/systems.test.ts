import { once } from 'node:events'
import { createHooks, SYSTEMS, type HookOptions, type SystemName } from '@hubline/hooks'
import { describe, expect, onTestFinished, test } from 'vitest'
import { collectorForTest, type TestCollector } from '../../collector/src/testing/collector.ts'
import { EXAMPLES } from '../../packages/hooks/src/systems/examples.fixture.ts'

const OPTIONS = { correlationId: 'c-1', tags: ['a', 'b'] }

/** Sends one of each event of the known systems, each system by hooks of its own. */
async function sendAll(options: HookOptions): Promise<void> {
  for (const system of Object.keys(SYSTEMS) as SystemName[]) {
    const hooks = createHooks(system, options)
    for (const { name, data } of EXAMPLES.filter((example) => example.system === system)) {
      // Which data belong to which event is what the example says, not its type.
      expect(await hooks.emit(name as never, data as never, OPTIONS), name).toBe(true)
    }
    await hooks.shutdown()
  }
}

interface Read {
  system: unknown
  name: string
  data: unknown
  severity: unknown
}

const SENT = EXAMPLES.map(({ system, name, data, severity }) => ({ system, name, data, severity }))
const byName = (events: Read[]): Read[] => events.toSorted((a, b) => (a.name < b.name ? -1 : 1))

async function readByHub(hub: TestCollector): Promise<Read[]> {
  const events = await hub.allEvents()
  for (const event of events) expect(event).toMatchObject({ correlation_id: 'c-1', tags: ['a', 'b'] })
  return byName(
    events.map(({ source, type, payload, severity }) => ({
      system: source,
      name: type,
      data: payload,
      severity,
    })),
  )
}

/** In the words of the event hooks. */
interface Told {
  source_system: string
  event_type: string
  data: unknown
  severity: string
}

const asRead = (events: Told[]): Read[] =>
  byName(
    events.map(({ source_system, event_type, data, severity }) => ({
      system: source_system,
      name: event_type,
      data,
      severity,
    })),
  )

/** By a search, and by the story that they are. */
async function readByHooks(hub: TestCollector): Promise<Read[][]> {
  const answers = await Promise.all(
    ['/events?correlation_id=c-1&tags=a,b', '/events/correlation/c-1'].map((path) => hub.get(path)),
  )
  return answers.map(({ body }) => asRead(body.events as Told[]))
}

/** Every event of a collector as it comes, until all are there. */
async function readByStream(hub: TestCollector): Promise<() => Promise<Read[]>> {
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/events/stream`)
  const told: Told[] = []
  const all = Promise.withResolvers<void>()
  socket.addEventListener('message', ({ data }) => {
    if (told.push(JSON.parse(String(data)) as Told) === EXAMPLES.length) all.resolve()
  })
  await once(socket, 'open')
  return async () => {
    await all.promise
    socket.close()
    return asRead(told)
  }
}

describe.each(['ecosystem', 'hubline', 'hub', 'mesh', 'auto'] as const)('in the words of %s', (dialect) => {
  test.each([true, false])(
    'each of the events comes back as it was made (batching: %s)',
    async (batching) => {
      const hub = await collectorForTest()
      const streamed = await readByStream(hub)
      await sendAll({ url: hub.url, dialect, batching, logLevel: 'silent' })
      expect(await readByHub(hub)).toEqual(byName(SENT))
      expect(await readByHooks(hub)).toEqual([byName(SENT), byName(SENT)])
      expect(await streamed()).toEqual(byName(SENT))
    },
  )
})

test('a system is there with its events alone, and nothing is missing of it', async () => {
  const hub = await collectorForTest()
  const hooks = createHooks('oneiric', { url: hub.url, instance: 'o-1' })
  onTestFinished(() => hooks.shutdown())
  await hooks.cacheHit({ cache: 'users', key: '7' })
  await hooks.flush()
  const events = await hub.allEvents()
  expect(events).toMatchObject([{ type: 'cache_hit', instance: 'o-1', severity: 'debug' }])
  expect(events[0]).not.toHaveProperty('seq')
})
