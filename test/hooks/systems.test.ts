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

async function readByHooks(hub: TestCollector): Promise<Read[]> {
  const response = await fetch(`${hub.url}/events?correlation_id=c-1&tags=a,b`)
  const { events } = (await response.json()) as { events: Record<string, unknown>[] }
  return byName(
    events.map(({ source_system, event_type, data, severity }) => ({
      system: source_system,
      name: String(event_type),
      data,
      severity,
    })),
  )
}

describe.each(['ecosystem', 'hubline', 'hub', 'mesh', 'auto'] as const)('in the words of %s', (dialect) => {
  test.each([true, false])(
    'each of the events comes back as it was made (batching: %s)',
    async (batching) => {
      const hub = await collectorForTest()
      await sendAll({ url: hub.url, dialect, batching, logLevel: 'silent' })
      expect(await readByHub(hub)).toEqual(byName(SENT))
      expect(await readByHooks(hub)).toEqual(byName(SENT))
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
