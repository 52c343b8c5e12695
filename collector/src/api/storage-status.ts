import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { StoreError } from '../store/store-error.ts'

/** `starting` until the store is open, `unhealthy` while what is sent cannot be stored. */
export type StorageStatus = 'healthy' | 'unhealthy' | 'starting'

/** A store that is busy is not ill: after so many milliseconds the proof is not waited for. */
const PATIENCE_MS = 1000

/** How the store is, by a small write. */
export async function storageStatus({ store }: Pick<Context, 'store'>): Promise<StorageStatus> {
  const patience = new AbortController()
  const options = { signal: patience.signal, ref: false }
  try {
    await Promise.race([store().probe(), sleep(PATIENCE_MS, undefined, options).catch(() => {})])
    return 'healthy'
  } catch (error) {
    if (error instanceof HttpError) return 'starting'
    if (error instanceof StoreError) return 'unhealthy'
    throw error
  } finally {
    patience.abort()
  }
}
