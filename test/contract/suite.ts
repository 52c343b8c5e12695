import { afterAll, describe, expect } from 'vitest'
import type { Adapter } from './adapter.ts'
import { appCases } from './cases/app.ts'
import { connectionCases } from './cases/connections.ts'
import { errorCases } from './cases/errors.ts'
import { hubCases } from './cases/hub.ts'
import { requestCases } from './cases/requests.ts'
import { serviceCases } from './cases/service.ts'
import { harnessOf } from './harness.ts'

/**
 * The behaviour that every adapter has, on real sockets.
 *
 * @example
 * describeAdapter({ name: 'express 5', mount, mountBare })
 */
export function describeAdapter(adapter: Adapter): void {
  describe(adapter.name, () => {
    const harness = harnessOf(adapter)
    requestCases(harness)
    errorCases(harness)
    connectionCases(harness)
    serviceCases(harness)
    appCases(harness)
    hubCases(harness)
    afterAll(() => expect([...harness.unused], 'skips that name no case').toEqual([]))
  })
}
