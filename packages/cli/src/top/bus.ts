import { ask, type Connection } from '../hub-client.ts'

/** The event bus of a mesh, as it tells of itself. */
export interface Bus {
  connected: boolean
  host: string
  port: number
  active_consumers: number
  exchanges: readonly { name: string; type: string }[]
  queues: readonly { name: string; messages: number }[]
  services: readonly { service_id: string; status: string }[]
}

const ROOT = '/api/v1/messagebus'

/** Type and source of the event that a key publishes. */
export const TEST_EVENT = { event_type: 'hubline-top.bus.tested', source_service: 'hubline-top' } as const

export async function readBus(connection: Connection): Promise<Bus> {
  const [status, { exchanges }, { queues }, services] = await Promise.all([
    ask<Omit<Bus, 'exchanges' | 'queues' | 'services'>>(connection, 'GET', `${ROOT}/status`),
    ask<Pick<Bus, 'exchanges'>>(connection, 'GET', `${ROOT}/exchanges`),
    ask<Pick<Bus, 'queues'>>(connection, 'GET', `${ROOT}/queues`),
    ask<Record<string, Bus['services'][number]>>(connection, 'GET', '/api/v1/heartbeat/status'),
  ])
  return { ...status, exchanges, queues, services: Object.values(services) }
}

/** Publishes an event that says what it is. */
export async function publishTest(connection: Connection): Promise<void> {
  await ask(connection, 'POST', `${ROOT}/publish`, {
    ...TEST_EVENT,
    payload: { message: 'a test event, published by hand' },
    priority: 'normal',
    timestamp: new Date().toISOString(),
  })
}
