import { expect, test } from 'vitest'
import type { ServedEvent } from '../store/events.ts'
import { Sampler } from './sampler.ts'

let made = 0

function served(more: Record<string, unknown> = {}, padding = 0): ServedEvent {
  const cursor = String(++made).padStart(26, '0')
  const type = (more['type'] as string | undefined) ?? 'InteractionDetected'
  const json = JSON.stringify({ type, payload: { padding: 'x'.repeat(padding) }, ...more, cursor })
  return { cursor, source: 'shop', type, json }
}

test('what can be read goes through as it came, the rest is counted, gravest and most telling first', () => {
  let now = 0
  const sampler = new Sampler(10, () => now)
  const few = Array.from({ length: 10 }, () => served())
  sampler.add(few)
  expect(sampler.take()).toEqual({ events: few, more: 0 })
  // The second is used up: half of it later, half as many may go.
  now += 500
  const grave = served({ type: 'ErrorReported' })
  const urgent = served({ priority: 'critical' })
  const started = served({ type: 'LifecycleChanged' })
  const plain = Array.from({ length: 20 }, () => served())
  sampler.add([urgent, ...plain.slice(0, 10), started, ...plain.slice(10), grave])
  const { events, more } = sampler.take()
  expect(events).toEqual([urgent, started, ...plain.slice(-2), grave])
  expect(more).toBe(18)
  now += 10_000
  sampler.add(plain)
  // However long nothing came, a second's worth is all.
  expect(sampler.take()).toEqual({ events: plain.slice(-10), more: 10 })
})

test('what it holds is bounded in number and bytes, and one goes through however large', () => {
  let now = 0
  const sampler = new Sampler(10, () => now)
  sampler.add(Array.from({ length: 5000 }, () => served()))
  expect(sampler.take()).toMatchObject({ events: { length: 10 }, more: 4990 })
  now += 1000
  const large = Array.from({ length: 5 }, () => served({}, 300_000))
  sampler.add(large)
  expect(sampler.take()).toEqual({ events: [large[4]], more: 4 })
  now += 1000
  const huge = served({}, 900_000)
  sampler.add([huge])
  expect(sampler.take()).toEqual({ events: [huge], more: 0 })
})
