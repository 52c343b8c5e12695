import { createHash } from 'node:crypto'
import { parameterise } from './parameterise.ts'
import { normaliseSourcePath } from './source-path.ts'
import { parseV8Stack, type StackFrame } from './stack.ts'

/** Prefixed to every fingerprint as `v2:`; another way of grouping gets another number. */
export const FINGERPRINT_VERSION = 2

const MAX_FRAMES = 8
/** How V8 calls a function without a name of its own, and one by the object it was called on. */
const ANONYMOUS = /^(?:(?:Object|Module|Function|Proxy)\.)?(?:<anonymous>)?$|^eval$/
const RECEIVER = /^(?:Object|Module|Function|Proxy|exports|module\.exports)\./

/**
 * Groups errors: type and in-app frames (function and path, no line numbers), else type and the message
 * with its variable parts taken out.
 *
 * @returns `v2:` and 16 hex digits
 * @example
 * fingerprint({ error_type: 'Error', message: 'no user 42', trace: error.stack })
 */
export function fingerprint(error: {
  error_type: string
  message: string
  trace?: string | undefined
}): string {
  return fingerprintOf({ ...error, frames: parseV8Stack(error.trace ?? '') })
}

/** As fingerprint(), of a stack that has been read already: that of another runtime, say. */
export function fingerprintOf(error: {
  error_type: string
  message: string
  frames: readonly StackFrame[]
}): string {
  const calls = inAppCalls(error.frames)
  const parts = [error.error_type, ...(calls.length > 0 ? calls : [parameterise(error.message)])]
  const hash = createHash('sha256').update(parts.join('\n')).digest('hex')
  return `v${FINGERPRINT_VERSION}:${hash.slice(0, 16)}`
}

/**
 * The version of the algorithm that made a fingerprint; undefined for one that somebody chose.
 *
 * @example
 * fingerprintVersion('v2:0123456789abcdef') // 2
 * fingerprintVersion('payment-declined') // undefined
 */
export function fingerprintVersion(given: string): number | undefined {
  const version = /^v(\d{1,3}):[0-9a-f]{16}$/.exec(given)?.[1]
  return version === undefined ? undefined : Number(version)
}

/** Recursion counts once, however deep it went. */
function inAppCalls(frames: readonly StackFrame[]): string[] {
  const calls: string[] = []
  for (const frame of frames) {
    if (!frame.in_app) continue
    const call = `${functionName(frame.function)}@${normaliseSourcePath(frame.file)}`
    if (call !== calls.at(-1)) calls.push(call)
    if (calls.length === MAX_FRAMES) break
  }
  return calls
}

function functionName(name: string): string {
  const plain = name.replace(/ \[as [^\]]*\]$/, '')
  return ANONYMOUS.test(plain) ? '<anonymous>' : plain.replace(RECEIVER, '')
}
