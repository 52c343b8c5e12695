import { expect } from 'vitest'
import { collectorForTest, event, type Answer, type Json, type TestCollector } from './collector.ts'

export function bearer(secret: string): { authorization: string } {
  return { authorization: `Bearer ${secret}` }
}

export interface Made extends Record<string, Json> {
  id: string
  secret: string
}

/** Makes a token, by the secret of an admin where there is one. */
export async function make(hub: TestCollector, token: object, by?: string): Promise<Made> {
  const { status, body } = await hub.post('/api/v1/tokens', token, by ? bearer(by) : {})
  expect([status, body]).toEqual([201, expect.objectContaining({ state: 'active' })])
  return body
}

/** A collector whose first token is made already. */
export async function closedHub(
  options: Parameters<typeof collectorForTest>[0] = {},
): Promise<{ hub: TestCollector; chief: string; chiefId: string }> {
  const hub = await collectorForTest(options)
  const { id, secret } = await make(hub, { name: 'chief', scope: 'admin' })
  return { hub, chief: secret, chiefId: id }
}

/** Sends an event by a token. */
export function order(hub: TestCollector, secret: string, overrides: object = {}): Promise<Answer> {
  return hub.events(event({ ...overrides }), bearer(secret))
}
