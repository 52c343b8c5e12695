// Makes 1,000 events a second while nobody takes them, then waits until all are delivered or counted.
import { setTimeout as pause } from 'node:timers/promises'
import { createHub } from '@hubline/core'

const [seconds] = process.argv.slice(2)
const hub = createHub({ source: 'away', batchTimeout: '50ms', logLevel: 'silent' })
const collect = () => globalThis.gc?.()
collect()
const before = process.memoryUsage().rss
let most = before
for (let tick = 0; tick < Number(seconds) * 20; tick++) {
  for (let n = 0; n < 50; n++) hub.event('shop.thing.done', { tick, n, text: 'x'.repeat(200) })
  await pause(50)
  most = Math.max(most, process.memoryUsage().rss)
}
process.send({ away: hub.stats(), grownMiB: (most - before) / 1024 ** 2 })
process.once('message', async () => {
  while (hub.stats().events.queued > 0) await pause(20)
  await hub.close()
  process.send({ done: hub.stats() }, () => process.disconnect())
})
