export { ConfigError } from './config/config-error.ts'
export { startCollector } from './collector.ts'
export type { Collector } from './collector.ts'
export type { CollectorOptions } from './options.ts'
