import { getHeapSpaceStatistics } from 'node:v8'
import type { Measure } from './metrics.ts'

/** What a heartbeat knows of the process, by the names of OpenTelemetry's process and runtime conventions. */
export function processMeasures(details: { event_loop_delay_p99_ms?: number }): Measure[] {
  const { event_loop_delay_p99_ms: delayMs } = details
  const measures: Measure[] = [
    {
      name: 'process.memory.usage',
      unit: 'By',
      value: process.memoryUsage.rss(),
      attributes: {},
      additive: true,
      ofRuntime: true,
    },
    { name: 'process.uptime', unit: 's', value: process.uptime(), attributes: {}, ofRuntime: true },
  ]
  if (delayMs !== undefined) {
    measures.push({
      name: 'nodejs.eventloop.delay.p99',
      unit: 's',
      value: delayMs / 1000,
      attributes: {},
      ofRuntime: true,
    })
  }
  for (const space of getHeapSpaceStatistics()) {
    const attributes = { 'v8js.heap.space.name': space.space_name }
    const common = { unit: 'By', attributes, additive: true, ofRuntime: true } as const
    measures.push(
      { ...common, name: 'v8js.memory.heap.used', value: space.space_used_size },
      { ...common, name: 'v8js.memory.heap.limit', value: space.space_size },
    )
  }
  return measures
}
