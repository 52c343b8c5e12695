export { ConfigError } from './config/config.ts'
export { startCollector } from './collector.ts'
export type { Collector, CollectorOptions } from './collector.ts'
