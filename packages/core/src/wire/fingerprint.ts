import { createHash } from 'node:crypto'

/** Prefixed to every fingerprint; another way of grouping gets another number. */
export const FINGERPRINT_VERSION = 'v1'

const MAX_FRAMES = 8
const FRAME = /^\s*at (?:(?:async )?(.+?) \()?(?:file:\/\/)?(.+?):\d+:\d+\)?$/
const NOT_OURS = /^node:|[\\/]node_modules[\\/]|^<anonymous>|^native$/

/**
 * Groups errors: type and in-app frames (function and path, no line numbers), else type and the message
 * with its variable parts taken out.
 *
 * @returns `v1:` and 16 hex digits
 */
export function fingerprint(error: {
  error_type: string
  message: string
  trace?: string | undefined
}): string {
  const frames = inAppFrames(error.trace)
  const parts = [error.error_type, ...(frames.length > 0 ? frames : [parameterise(error.message)])]
  return `${FINGERPRINT_VERSION}:${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)}`
}

function inAppFrames(trace: string | undefined): string[] {
  const frames: string[] = []
  for (const line of trace?.split('\n') ?? []) {
    if (line.startsWith('caused by: ')) break
    const match = FRAME.exec(line)
    const path = match?.[2]
    if (!path || NOT_OURS.test(path)) continue
    frames.push(`${match[1] ?? ''}@${normalisePath(path)}`)
    if (frames.length === MAX_FRAMES) break
  }
  return frames
}

/** The last three segments: where a release was unpacked must not split a group. */
function normalisePath(path: string): string {
  return path.replaceAll('\\', '/').split('?')[0]!.split('/').slice(-3).join('/')
}

function parameterise(message: string): string {
  return message
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<id>')
    .replace(/(["'`]).*?\1/g, '<text>')
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<id>')
    .replace(/\d+/g, '<n>')
    .slice(0, 500)
}
