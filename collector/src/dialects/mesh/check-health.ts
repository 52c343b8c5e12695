import type { Reach } from '../../outbound/addresses.ts'
import { getOutside } from '../../outbound/get.ts'
import type { MeshService } from '../../store/mesh.ts'
import type { CheckResult } from './checks.ts'

const MAX_TIMEOUT_S = 10
/** What a service says of its health is short; what follows is not read. */
const MAX_BYTES = 16 * 1024

/** Calls a service's health address once. Never throws: not to be reached is a result too. */
export async function checkHealth(
  { healthUrl, intervalS, timeoutS }: MeshService,
  { reach, signal }: { reach: Reach; signal: AbortSignal },
): Promise<Omit<CheckResult, 'at'>> {
  // It has answered before the next check is due.
  const timeoutMs = Math.min(intervalS, timeoutS, MAX_TIMEOUT_S) * 1000
  try {
    const options = { reach, timeoutMs, maxBytes: MAX_BYTES, signal }
    const { status, text, latencyMs } = await getOutside(new URL(healthUrl!), options)
    const version = versionOf(text)
    return { status, latencyMs, ...(version !== undefined && { version }) }
  } catch (error) {
    const { name, message } = error as Error
    return { error: name === 'TimeoutError' ? `no answer within ${timeoutMs / 1000} s` : message }
  }
}

function versionOf(text: string): string | undefined {
  try {
    const { version } = JSON.parse(text) as { version?: unknown }
    return typeof version === 'string' ? version.slice(0, 100) : undefined
  } catch {
    return undefined
  }
}
