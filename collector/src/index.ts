export { ConfigError } from './config/config-error.ts'
export { startCollector } from './collector.ts'
export type { Collector, CollectorOptions } from './collector.ts'
