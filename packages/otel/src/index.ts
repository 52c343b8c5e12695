export { startOtel } from './start.ts'
export type { Otel } from './start.ts'
