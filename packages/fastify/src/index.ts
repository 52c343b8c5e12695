export { getHub, healthHandler } from '@hubline/core'
export type { Hub, HubOptions } from '@hubline/core'
export { hubline } from './plugin.ts'
export { hubline as default } from './plugin.ts'
