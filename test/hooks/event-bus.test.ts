import { correlate, EventBus, type EventBusOptions, MessagePriority } from '@hubline/hooks'
import { describe, expect, onTestFinished, test } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { HubSink } from '../support/hub-sink.ts'
import { Receiver, type Told } from './receiver.ts'

interface Message {
  event_type: string
  source_service: string
  payload: Record<string, unknown>
  priority: string
  timestamp: string
  correlation_id?: string
}

const published = ({ event_type }: Message): Told => ({
  status: 200,
  body: { message: 'published', event_type, exchange: 'ose.events', routing_key: event_type },
})

function busTo(url: string, options: EventBusOptions = {}): { bus: EventBus; warnings: string[] } {
  const warnings: string[] = []
  const warn = (line: string): void => void warnings.push(line)
  const logger = { error: warn, warn, info() {}, debug() {} }
  const bus = new EventBus('my-service', url, { logger, ...options })
  onTestFinished(() => bus.close(100))
  return { bus, warnings }
}

async function world(answer: (message: Message) => Told = published, options: EventBusOptions = {}) {
  const mesh = await Receiver.open(answer)
  return { mesh, ...busTo(mesh.url, options) }
}

const AT = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)

describe('the bus hears', () => {
  test('an event as it is', async () => {
    const { mesh, bus, warnings } = await world()
    const sent = await bus.publishEvent(
      'my-service.process.completed',
      { items_processed: 42 },
      { priority: MessagePriority.HIGH, correlationId: 'c-1' },
    )
    expect(sent).toBe(true)
    expect(mesh.requests).toMatchObject([{ method: 'POST', path: '/api/v1/messagebus/publish' }])
    expect(mesh.bodies).toMatchObject([
      {
        event_type: 'my-service.process.completed',
        source_service: 'my-service',
        payload: { items_processed: 42 },
        priority: 'high',
        timestamp: AT,
        correlation_id: 'c-1',
      },
    ])
    expect(warnings).toEqual([])
  })

  test.each([
    ['started', 'normal'],
    ['ready', 'normal'],
    ['stopping', 'normal'],
    ['stopped', 'high'],
    ['error', 'high'],
  ] as const)('that the service is %s, with priority %s', async (state, priority) => {
    const { mesh, bus } = await world()
    expect(await bus.publishLifecycle(state, { version: '1.0.0', port: 8001 })).toBe(true)
    expect(mesh.bodies).toMatchObject([
      {
        event_type: `my-service.${state}`,
        priority,
        payload: { event: state, version: '1.0.0', timestamp: AT, port: 8001 },
      },
    ])
  })

  test('a number', async () => {
    const { mesh, bus } = await world()
    expect(await bus.publishMetric('response_time', 125.5, { unit: 'ms', tags: { status: 'ok' } })).toBe(true)
    expect(mesh.bodies).toMatchObject([{ event_type: 'my-service.metric', priority: 'low' }])
    expect(mesh.bodies[0]!.payload).toEqual({
      metric: 'response_time',
      value: 125.5,
      unit: 'ms',
      timestamp: AT,
      tags: { status: 'ok' },
    })
  })

  test('an error', async () => {
    const { mesh, bus } = await world()
    const more = { stackTrace: 'at x', context: { retry_count: 3 } }
    expect(await bus.publishError('DatabaseError', 'Connection failed', more)).toBe(true)
    expect(mesh.bodies).toMatchObject([{ event_type: 'my-service.error', priority: 'critical' }])
    expect(mesh.bodies[0]!.payload).toEqual({
      error_type: 'DatabaseError',
      message: 'Connection failed',
      stack_trace: 'at x',
      timestamp: AT,
      context: { retry_count: 3 },
    })
  })

  test('of the correlation id of what runs', async () => {
    const { mesh, bus } = await world()
    await correlate('c-2', () => bus.publishMetric('m', 1))
    await bus.publishMetric('m', 1)
    expect(mesh.bodies[0]).toMatchObject({ correlation_id: 'c-2' })
    expect(mesh.bodies[1]).not.toHaveProperty('correlation_id')
  })
})

describe('a message is not published', () => {
  test.each([201, 204, 202, 400, 503])('by an answer of %i, which is told of once each', async (status) => {
    const { mesh, bus, warnings } = await world(() => ({ status }))
    expect(await bus.publishEvent('my-service.task.completed', { api_key: 'x' })).toBe(false)
    expect(mesh.requests).toHaveLength(1)
    expect(warnings).toEqual([
      expect.stringMatching(
        new RegExp(
          `^\\[HUB\\] my-service: my-service.task.completed was not delivered: ${status}.* - {"api_key":"\\[redacted\\]"}$`,
        ),
      ),
    ])
  })

  test('to a bus that is not there', async () => {
    const { bus, warnings } = busTo(`http://127.0.0.1:${await HubSink.freePort()}`)
    expect(await bus.publishEvent('my-service.task.completed')).toBe(false)
    expect(warnings.join()).toContain('ECONNREFUSED')
  })

  test('unless a retry succeeds, where retries are wanted', async () => {
    const { mesh, bus } = await world(undefined, { maxRetries: 1 })
    mesh.answer = (message) => (mesh.requests.length === 1 ? { status: 503 } : published(message))
    expect(await bus.publishEvent('my-service.task.completed')).toBe(true)
  })

  test.each([
    ['state', (bus: EventBus) => bus.publishLifecycle('sleeping' as never), 'wants one of started, ready'],
    ['value', (bus: EventBus) => bus.publishMetric('m', Number.NaN), 'm: value: got "NaN", wants a number'],
    ['metric', (bus: EventBus) => bus.publishMetric('', 1), 'metric: got "", wants a name'],
    [
      'priority',
      (bus: EventBus) => bus.publishEvent('my-service.a.b', {}, { priority: 'urgent' as never }),
      'got "urgent", wants one of low, normal, high, critical',
    ],
    ['payload', (bus: EventBus) => bus.publishEvent('my-service.a.b', 7 as never), 'wants a plain object'],
    [
      'message',
      (bus: EventBus) => bus.publishError('Odd', Object.create(null) as never),
      'Cannot convert object to primitive value',
    ],
    ['type', (bus: EventBus) => bus.publishEvent(undefined as never), 'type: wants a text'],
  ])('with a %s that cannot be', async (_, publish, problem) => {
    const { mesh, bus, warnings } = await world()
    expect(await publish(bus)).toBe(false)
    expect(warnings.join('\n')).toContain(problem)
    expect(mesh.requests).toHaveLength(0)
  })
})

test.each([
  ['critical.alert', '"critical.alert" is best named <service>.<domain>.<action>'],
  ['Done!', '"Done!" is best named'],
  ['other.scan.started', '"other.scan.started" begins with another service than my-service'],
])('%s is sent, and its name warned of once', async (type, warning) => {
  const { mesh, bus, warnings } = await world()
  expect(await bus.publishEvent(type)).toBe(true)
  expect(await bus.publishEvent(type)).toBe(true)
  expect(mesh.bodies.map(({ event_type }) => event_type)).toEqual([type, type])
  expect(warnings).toEqual([expect.stringContaining(warning)])
})

test('the mesh is asked to watch the service, which it then pulls, and a refusal is told of', async () => {
  const { mesh, bus, warnings } = await world()
  mesh.answer = () => ({ status: 200 })
  expect(await bus.register({ healthUrl: 'http://127.0.0.1:8001/health', intervalSeconds: 5 })).toBe(true)
  const { method, path } = mesh.requests[0]!
  expect(method).toBe('POST')
  expect(path).toBe(
    '/api/v1/heartbeat/register?service_id=my-service&service_name=my-service&interval_seconds=5&timeout_seconds=30&max_failures=3&health_url=http%3A%2F%2F127.0.0.1%3A8001%2Fhealth',
  )
  mesh.answer = () => ({ status: 409, body: { message: 'full' } })
  expect(await bus.register(null as never)).toBe(false)
  expect(warnings).toEqual(['[HUB] my-service: it is not registered: 409 {"message":"full"}'])
  const { bus: alone, warnings: said } = busTo(`http://127.0.0.1:${await HubSink.freePort()}`)
  expect(await alone.register()).toBe(false)
  expect(said.join()).toContain('it is not registered: connect ECONNREFUSED')
})

test('options may be null, as from callers without types', async () => {
  const { mesh, bus } = await world()
  const none = null as never
  expect(await bus.publishEvent('my-service.a.b', {}, none)).toBe(true)
  expect(await bus.publishLifecycle('ready', none)).toBe(true)
  expect(await bus.publishMetric('m', 1, none)).toBe(true)
  expect(await bus.publishError('E', 'm', none)).toBe(true)
  expect(mesh.bodies.map(({ priority }) => priority)).toEqual(['normal', 'normal', 'low', 'critical'])
})

test('our collector has each message as an event of its own kind', async () => {
  const hub = await collectorForTest()
  const { bus } = busTo(hub.url)
  await bus.publishLifecycle('started', { version: '1.0.0' })
  await bus.publishEvent('my-service.scan.completed', { hosts: 7 })
  await bus.publishMetric('response_time', 125.5, { unit: 'ms', tags: { endpoint: '/x' } })
  await bus.publishError('DatabaseError', 'Connection failed', { context: { database: 'postgres' } })
  await bus.publishLifecycle('stopped', { version: '1.0.0' })
  const events = await hub.allEvents()
  expect(
    events.map(({ type, payload, priority }: Record<string, unknown>) => [type, payload, priority]),
  ).toEqual([
    ['LifecycleChanged', { state: 'started', version: '1.0.0' }, 'normal'],
    ['my-service.scan.completed', { hosts: 7 }, 'normal'],
    ['MetricReported', { metric: 'response_time', value: 125.5, unit: 'ms', endpoint: '/x' }, 'low'],
    [
      'ErrorReported',
      { error_type: 'DatabaseError', message: 'Connection failed', database: 'postgres' },
      'critical',
    ],
    ['LifecycleChanged', { state: 'stopped', version: '1.0.0' }, 'high'],
  ])
})
