// node bench/micro/client.ts [--compress]: the client alone, from hub.event() to bytes on a socket, by the CPU of the whole process.
import { parseArgs } from 'node:util'
import { createHub } from '@hubline/core'
import { startCollector } from '../ingest/processes.ts'
import { median } from '../report/document.ts'

const { values } = parseArgs({ options: { compress: { type: 'boolean', default: false } } })
const [LAPS, EVENTS] = [40, 2000]

const collector = await startCollector('1')
const compression = values.compress ? 'gzip' : 'auto'
const hub = createHub({ url: collector.url, source: 'bench', compression })
const micros: number[] = []
for (let lap = 0; lap < LAPS; lap++) {
  const before = process.cpuUsage()
  for (let n = 0; n < EVENTS; n++) {
    hub.event('shop.order.placed', { order_id: n, customer: 'c-17', total: 45, currency: 'EUR' })
  }
  await hub.flush()
  const { user, system } = process.cpuUsage(before)
  micros.push((user + system) / EVENTS)
}
const { events } = hub.stats()
const later = micros.slice(LAPS / 2)
console.log(
  `hub.event() to bytes on the socket, compression ${compression}: ${median(later).toFixed(2)} µs of CPU each ` +
    `(${Math.min(...later).toFixed(2)} – ${Math.max(...later).toFixed(2)}); ` +
    `${events!.delivered} of ${events!.accepted} delivered`,
)
await hub.close()
await collector.stop()
