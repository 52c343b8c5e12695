export { getHub, healthHandler } from '@hubline/core'
export type { Hub, HubOptions } from '@hubline/core'
export { hubline } from './middleware.ts'
export { hubline as default } from './middleware.ts'
