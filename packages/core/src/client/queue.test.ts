import { expect, it } from 'vitest'
import type { Priority } from '../wire/event.ts'
import { BoundedQueue } from './queue.ts'

const item = (name: string, priority: Priority = 'normal', bytes = 10) => ({ name, priority, bytes })

function queueOf(maxBytes: number) {
  let lost = 0
  const queue = new BoundedQueue<ReturnType<typeof item>>(maxBytes, (count) => (lost += count))
  return { queue, lost: () => lost, drain: () => queue.take(100, 1e9).map(({ name }) => name) }
}

it('hands out the highest priority first, each in order', () => {
  const { queue, drain } = queueOf(1000)
  for (const it of [item('a', 'low'), item('b', 'critical'), item('c'), item('d', 'critical')]) queue.push(it)
  expect(drain()).toEqual(['b', 'd', 'c', 'a'])
  expect([queue.size, queue.bytes]).toEqual([0, 0])
})

it('loses the lowest and oldest first and counts each', () => {
  const { queue, lost, drain } = queueOf(30)
  for (const name of ['a', 'b']) queue.push(item(name, 'low'))
  queue.push(item('c'))
  expect(queue.push(item('d', 'high'))).toBe(true)
  expect(queue.push(item('e', 'high'))).toBe(true)
  expect(lost()).toBe(2)
  expect(drain()).toEqual(['d', 'e', 'c'])
})

it('does not let a lower priority push out a higher one', () => {
  const { queue, lost, drain } = queueOf(20)
  queue.push(item('a', 'high'))
  queue.push(item('b', 'high'))
  expect(queue.push(item('c', 'low'))).toBe(false)
  expect(lost()).toBe(1)
  expect(drain()).toEqual(['a', 'b'])
})

it('loses the oldest of the lowest priority', () => {
  const { queue, drain } = queueOf(40)
  for (const name of ['a', 'b', 'c']) queue.push(item(name, 'low'))
  for (const name of ['d', 'e']) queue.push(item(name, 'high'))
  expect(drain()).toEqual(['d', 'e', 'b', 'c'])
})

it('refuses what can never fit, and loses nothing for it', () => {
  const { queue, lost, drain } = queueOf(20)
  for (const name of ['a', 'b']) queue.push(item(name, 'low'))
  expect(queue.push(item('big', 'critical', 21))).toBe(false)
  expect(lost()).toBe(1)
  expect(drain()).toEqual(['a', 'b'])
})

it('bounds a batch by count and bytes, but always gives one', () => {
  const { queue } = queueOf(1000)
  for (const name of ['a', 'b', 'c']) queue.push(item(name, 'normal', 50))
  expect(queue.take(2, 1000)).toHaveLength(2)
  queue.push(item('d', 'normal', 50))
  expect(queue.take(10, 60)).toHaveLength(1)
  expect(queue.take(10, 1)).toHaveLength(1)
})

it('puts a batch back in front', () => {
  const { queue, drain } = queueOf(1000)
  for (const name of ['a', 'b', 'c']) queue.push(item(name))
  const batch = queue.take(2, 1000)
  queue.push(item('d'))
  queue.restore(batch)
  expect(drain()).toEqual(['a', 'b', 'c', 'd'])
})

it('stays within its limit when a batch comes back to a full queue', () => {
  const { queue, lost } = queueOf(30)
  for (const name of ['a', 'b', 'c']) queue.push(item(name))
  const batch = queue.take(2, 1000)
  for (const name of ['d', 'e']) queue.push(item(name))
  queue.restore(batch)
  expect(queue.bytes).toBeLessThanOrEqual(30)
  expect(lost()).toBe(2)
})

it('keeps count over many pushes and takes', () => {
  const { queue, lost } = queueOf(1e6)
  let taken = 0
  for (let n = 0; n < 20_000; n++) {
    queue.push(item(String(n), (['low', 'normal', 'high', 'critical'] as const)[n % 4]!))
    if (n % 3 === 0) taken += queue.take(2, 1e6).length
  }
  expect(taken + queue.size + lost()).toBe(20_000)
  expect(queue.bytes).toBe(queue.size * 10)
})
