import { once } from 'node:events'
import { expect, it } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { exampleProcess, type Program } from '../support/programs.ts'
import { eventually } from '../support/read-back.ts'

async function end({ process }: Program, signal: NodeJS.Signals): Promise<void> {
  const gone = once(process, 'exit')
  process.kill(signal)
  await gone
}

it('a service that is killed falls silent, is found crashed by the next one, and that says goodbye', async () => {
  const hub = await collectorForTest({ limits: { monitorEveryMs: 50 } })
  const start = (instance: string) => {
    return exampleProcess('payments', {
      HUB_API_URL: hub.url,
      HUB_HEARTBEAT_INTERVAL: '1s',
      HUB_BATCH_TIMEOUT: '50ms',
      HUB_INSTANCE: instance,
    })
  }
  const is = (wanted: string) =>
    eventually(async () => (await hub.get('/api/v1/services/payments')).body.state === wanted)

  const first = await start('first')
  await is('up')
  const [monitor] = (await hub.get('/api/v1/monitors')).body.data
  expect(monitor).toMatchObject({ instance: 'first', interval_s: 1, interval_source: 'declared', grace_s: 2 })
  await end(first, 'SIGKILL')
  await is('silent')

  const second = await start('second')
  await is('up')
  await end(second, 'SIGTERM')
  await is('stopped')

  const { data } = (await hub.get('/api/v1/services/payments/transitions?order=asc&scope=instance')).body
  const changes = (instance: string) =>
    data
      .filter((one: { instance: string; to: string }) => one.instance === instance && one.to !== 'late')
      .map(({ to, reason }: { to: string; reason: string }) => `${to} (${reason})`)
  // A machine with too much to do may keep one of them silent for a moment more.
  const [ofFirst, ofSecond] = [changes('first'), changes('second')]
  expect([ofFirst[0], ...ofFirst.slice(-2)]).toEqual([
    'up (registered)',
    'silent (silence)',
    'crashed (replaced)',
  ])
  expect([ofSecond[0], ofSecond.at(-1)]).toEqual(['up (registered)', 'stopped (goodbye)'])
}, 120_000)
