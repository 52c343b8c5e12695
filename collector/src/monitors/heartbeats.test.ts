import { expect, test } from 'vitest'
import { event } from '../testing/collector.ts'
import { ingest, storeForTest } from '../testing/store.ts'
import { serviceHeartbeat } from './heartbeats.ts'

const BEGIN = Date.UTC(2026, 0, 31)
const at = (seconds: number) => BEGIN + seconds * 1000

async function storeOf(...beats: [instance: string, seconds: number, interval?: number][]) {
  const store = await storeForTest({ clock: () => BEGIN, elapsed: () => 0 })
  for (const [instance, seconds, interval_s] of beats) {
    const payload = { status: 'healthy', ...(interval_s !== undefined && { interval_s }) }
    const occurred_at = new Date(at(seconds)).toISOString()
    await ingest(store, [event({ type: 'AgentHeartbeat', instance, occurred_at, payload })], at(seconds))
  }
  return store
}

test('the heartbeats of all instances are those of their service', async () => {
  const store = await storeOf(['a', 0, 10], ['b', 5, 10], ['a', 10, 10], ['a', 40, 10])
  expect(await serviceHeartbeat(store, 'shop', at(40))).toMatchObject({
    state: 'up',
    heartbeats: 4,
    missed: 2,
    consecutiveMissed: 0,
    lastHeartbeatAt: at(40),
    intervalS: 10,
    graceS: 20,
    upSince: at(0),
    uptime: 1,
  })
})

test('beats of instances that declare no interval are counted once', async () => {
  const store = await storeOf(['run-1', 0], ['run-2', 60], ['run-3', 120], ['run-4', 180])
  expect(await serviceHeartbeat(store, 'shop', at(180))).toMatchObject({
    heartbeats: 4,
    intervalS: 60,
    missed: 0,
  })
})

test('of one that never gave a sign of life there is none', async () => {
  const store = await storeOf()
  expect(await serviceHeartbeat(store, 'shop', at(0))).toBe(undefined)
})
