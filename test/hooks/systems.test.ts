import { once } from 'node:events'
import { createHooks, SYSTEMS, type HookOptions, type SystemName } from '@hubline/hooks'
import { describe, expect, onTestFinished, test } from 'vitest'
import { collectorForFile, type TestCollector } from '../../collector/src/testing/collector.ts'
import { EXAMPLES } from '../../packages/hooks/src/systems/examples.fixture.ts'

const tags = ['a', 'b']
const collector = collectorForFile()

/** Sends one of each event of the known systems as one story, each system by hooks of its own. */
async function sendAll(correlationId: string, options: HookOptions): Promise<void> {
  for (const system of Object.keys(SYSTEMS) as SystemName[]) {
    const hooks = createHooks(system, options)
    for (const { name, data } of EXAMPLES.filter((example) => example.system === system)) {
      // Which data belong to which event is what the example says, not its type.
      expect(await hooks.emit(name as never, data as never, { correlationId, tags }), name).toBe(true)
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

async function readByHub(hub: TestCollector, id: string): Promise<Read[]> {
  const events = await hub.allEvents(`&correlation_id=${id}`)
  for (const event of events) expect(event).toMatchObject({ correlation_id: id, tags })
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
  correlation_id: string
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
async function readByHooks(hub: TestCollector, id: string): Promise<Read[][]> {
  const answers = await Promise.all(
    [`/events?correlation_id=${id}&tags=a,b`, `/events/correlation/${id}`].map((path) => hub.get(path)),
  )
  return answers.map(({ body }) => asRead(body.events as Told[]))
}

/** Every event of a story as it comes, until all are there. */
async function readByStream(hub: TestCollector, id: string): Promise<() => Promise<Read[]>> {
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/events/stream`)
  const told: Told[] = []
  const all = Promise.withResolvers<void>()
  socket.addEventListener('message', ({ data }) => {
    const event = JSON.parse(String(data)) as Told
    if (event.correlation_id === id && told.push(event) === EXAMPLES.length) all.resolve()
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
      const hub = collector()
      const id = `${dialect}-${batching}`
      const streamed = await readByStream(hub, id)
      await sendAll(id, { url: hub.url, dialect, batching, logLevel: 'silent' })
      expect(await readByHub(hub, id)).toEqual(byName(SENT))
      expect(await readByHooks(hub, id)).toEqual([byName(SENT), byName(SENT)])
      expect(await streamed()).toEqual(byName(SENT))
    },
  )
})

test('a system is there with its events alone, and nothing is missing of it', async () => {
  const hub = collector()
  const hooks = createHooks('oneiric', { url: hub.url, instance: 'o-1' })
  onTestFinished(() => hooks.shutdown())
  await hooks.cacheHit({ cache: 'users', key: '7' })
  await hooks.flush()
  const events = await hub.allEvents('&instance=o-1')
  expect(events).toMatchObject([{ type: 'cache_hit', instance: 'o-1', severity: 'debug' }])
  expect(events[0]).not.toHaveProperty('seq')
})
