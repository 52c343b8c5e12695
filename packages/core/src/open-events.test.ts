import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Answerer, count, world } from './client/test-receiver.ts'
import { type EventClient, type EventClientOptions, openEvents } from './open-events.ts'
import { shared } from './process/shared.ts'

const PING = { type: 'ping', payload: { n: 1 } }

const takes: Answerer = (_request, response, lines) => {
  response.end(JSON.stringify({ accepted: lines.length, rejected: [] }))
}

/** A client of a server that answers as it is told. */
async function told(answer: Answerer, options: EventClientOptions = {}) {
  const { origin, asked } = await world(answer)
  const warnings: string[] = []
  const warn = (line: string): void => void warnings.push(line)
  const logger = { error: warn, warn, info() {}, debug() {} }
  const client = openEvents({
    url: origin,
    dialect: 'hubline',
    compression: 'none',
    batchTimeout: 5,
    logger,
    ...options,
  })
  onTestFinished(() => client.close(100))
  return { client, asked, warnings, events: (): number => count(asked, '/events') }
}

test('an event that is delivered says so, and says nothing else of the service', async () => {
  const bodies: string[] = []
  const { client } = await told((request, response, lines) => {
    bodies.push(...lines)
    takes(request, response, lines)
  })
  expect(await client.deliver(PING)).toEqual({ delivered: true })
  await client.close()
  const events = bodies.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(events.map(({ type }) => type)).toEqual(['ping'])
  expect(events[0]).not.toHaveProperty('seq')
  expect(client.stats().events).toMatchObject({ accepted: 1, delivered: 1, dropped: {} })
})

describe('an event that is not delivered', () => {
  test('says why after the retries of its caller, and is counted', async () => {
    const { client, events } = await told((_request, response) => response.writeHead(503).end('busy'))
    expect(await client.deliver(PING, 1)).toEqual({ delivered: false, reason: '503 busy' })
    expect(events()).toBe(2)
    expect(client.stats().events).toMatchObject({ accepted: 1, dropped: { unreachable: 1 }, retries: 1 })
  })

  test('is not even tried while the circuit is open', async () => {
    const options = { breakerThreshold: 2, breakerTimeout: '1h' } as const
    const { client, events } = await told((_request, response) => response.writeHead(500).end(), options)
    await client.deliver(PING, 0)
    await client.deliver(PING, 0)
    expect(await client.deliver(PING)).toEqual({
      delivered: false,
      reason: 'nothing is tried for now: 500',
    })
    expect(events()).toBe(2)
    expect(client.health()).toMatchObject({ status: 'unavailable', events_failed: 3 })
  })

  test('leaves the words to a caller who waits for each', async () => {
    const refuses: Answerer = (_request, response) => response.writeHead(422).end('{"message":"no"}')
    const { client, warnings } = await told(refuses, { direct: true })
    expect(await client.deliver(PING)).toEqual({ delivered: false, reason: '422 no' })
    expect(warnings).toEqual([])
  })

  test('may be one that cannot be written', async () => {
    const { client, warnings } = await told(takes)
    expect(await client.deliver({ type: '', payload: {} })).toMatchObject({ delivered: false })
    expect(warnings.join()).toContain('type: wants a text')
    expect(client.stats().events?.dropped).toEqual({ invalid: 1 })
  })
})

test('what waits and what is under way arrives before the end', async () => {
  const { client, events } = await told(takes, { batchTimeout: '1m' })
  client.emit(PING)
  const sending = client.deliver(PING)
  await client.close()
  expect(await sending).toEqual({ delivered: true })
  expect(events()).toBe(2)
  expect(client.emit(PING)).toBe(false)
  expect(await client.deliver(PING)).toEqual({ delivered: false, reason: 'it is closed' })
})

test('what has not arrived before the end is told of', async () => {
  const { client, warnings } = await told((_request, response) => response.writeHead(503).end(), {
    maxRetries: 0,
  })
  client.emit(PING)
  client.emit(PING)
  await client.close(200)
  expect(warnings.at(-1)).toContain('2 events were not delivered before the end')
  expect(client.stats().events?.dropped).toEqual({ expired: 2 })
})

test('it is there for the end of the process, until it is closed', async () => {
  const before = shared().farewells.size
  const { client } = await told(takes)
  expect(shared().farewells.size).toBe(before + 1)
  await client.close()
  expect(shared().farewells.size).toBe(before)
})

describe('without an address', () => {
  const printed = (client: EventClient): unknown[][] => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    expect(client.emit(PING)).toBe(true)
    return log.mock.calls
  }

  test('events are printed, and nobody is warned', () => {
    const warn = vi.fn()
    const client = openEvents({ logger: { error: warn, warn, info: warn, debug: warn } })
    expect(printed(client)).toEqual([['[HUB] Would send: ping - {"n":1}']])
    expect(warn).not.toHaveBeenCalled()
  })

  test('they are not when sending was asked for', () => {
    const client = openEvents({ enabled: true, logLevel: 'silent' })
    expect(client.emit(PING)).toBe(false)
    expect(client.config.mode).toBe('inert')
  })
})
