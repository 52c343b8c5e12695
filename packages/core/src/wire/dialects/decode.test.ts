import { describe, expect, it } from 'vitest'
import type { HubEvent } from '../event.ts'
import { readEvent } from '../read-event.ts'
import { fieldsOf, fromOriginal } from './decode.ts'
import { toEcosystem, toHub, toMesh } from './encode.ts'
import { everyEvent } from './events.fixture.ts'

const ENCODERS = { hub: toHub, mesh: toMesh, ecosystem: toEcosystem } as const

const overWire = (dialect: keyof typeof ENCODERS, event: HubEvent): unknown =>
  fromOriginal(dialect, JSON.parse(JSON.stringify(ENCODERS[dialect](event))))

describe.each(['hub', 'mesh', 'ecosystem'] as const)('over the wire of the %s', (dialect) => {
  it('every event comes back as it was made', () => {
    for (const event of everyEvent()) {
      expect(overWire(dialect, event)).toEqual(event)
      expect(readEvent(overWire(dialect, event))).toEqual({ event })
    }
  })

  it('takes what is no object as it is', () => {
    for (const said of [null, 7, 'text', [], [1]]) expect(fromOriginal(dialect, said)).toBe(said)
  })
})

describe('the words of others', () => {
  const mesh = {
    event_type: 'stock.item.sold',
    source_service: 'stock',
    payload: { sku: 'tea' },
    priority: 'high',
    timestamp: '2026-01-31T12:00:00',
  }

  it('keep their values under our names', () => {
    expect(fromOriginal('mesh', { ...mesh, correlation_id: null, metadata: { page: 3 } })).toEqual({
      type: 'stock.item.sold',
      source: 'stock',
      occurred_at: '2026-01-31T12:00:00',
      priority: 'high',
      payload: { sku: 'tea', _mesh: { metadata: { page: 3 } } },
    })
    const ecosystem = {
      event_id: 'a-1',
      source_system: 'akosha',
      event_type: 'x',
      severity: 'error',
      tags: ['a'],
    }
    expect(fromOriginal('ecosystem', ecosystem)).toEqual({
      id: 'a-1',
      source: 'akosha',
      type: 'x',
      severity: 'error',
      tags: ['a'],
      payload: {},
    })
    const hub = { type: 'x', source: 'a', payload: { _hub: 'mine' } }
    expect(fromOriginal('hub', hub)).toBe(hub)
  })

  it.each([
    [0, 'low'],
    [4, 'low'],
    ['5', 'normal'],
    [6, 'high'],
    [9, 'critical'],
    ['high', 'high'],
    ['urgent', 'urgent'],
  ])('the priority %s is %s', (priority, word) => {
    expect(fromOriginal('mesh', { ...mesh, priority })).toMatchObject({ priority: word })
  })

  it('have the severity of an error where the bus calls them one', () => {
    const payload = { error_type: 'ValueError', message: 'no stock', timestamp: '2026-01-31T12:00:00' }
    const error = { ...mesh, event_type: `${mesh.source_service}.error`, payload }
    expect(fromOriginal('mesh', error)).toMatchObject({ severity: 'error', payload })
    const life = { ...error, payload: { event: 'error' } }
    expect(fromOriginal('mesh', life)).not.toHaveProperty('severity')
    expect(fromOriginal('mesh', { ...error, event_type: 'other.error' })).not.toHaveProperty('severity')
  })

  it('are not taken for ours because they carry something of ours along', () => {
    const [event] = everyEvent()
    const said = toMesh(event!) as Record<string, unknown>
    const copied = { ...said, event_type: 'audit.copied' }
    expect(fromOriginal('mesh', copied)).toMatchObject({
      type: 'audit.copied',
      payload: { _mesh: { metadata: said['metadata'] } },
    })
    const hooked = toEcosystem(event!) as Record<string, unknown>
    const other = fromOriginal('ecosystem', { ...hooked, event_id: 'another' })
    expect(other).toMatchObject({ id: 'another', payload: hooked['data'] })
    expect(fromOriginal('mesh', { ...mesh, metadata: { _hub: { id: 'x' } } })).toMatchObject({
      type: mesh.event_type,
    })
  })

  it('name a field that is wrong as they called it', () => {
    expect(fieldsOf('ecosystem', { source: ['is required'], 'payload.value': ['x'], seq: ['y'] })).toEqual({
      source_system: ['is required'],
      'data.value': ['x'],
      seq: ['y'],
    })
  })
})
