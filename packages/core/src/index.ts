export type { HubEvent } from './wire/event.ts'
