import { FINGERPRINT_VERSION, fingerprintOf, fingerprintVersion } from '@hubline/core/wire'
import type { Occurrence } from './occurrence.ts'
import { parseStack } from './stacks/stack.ts'

/** What leads an occurrence to its group. */
export interface Grouping {
  /** The first is what a new group is known by; any that is known already leads to its group. */
  fingerprints: readonly string[]
  /** Of the algorithm; null when somebody chose the fingerprint. */
  version: number | null
}

/**
 * The fingerprints of an occurrence: the one that was chosen, else that of the present algorithm and, where the sender used
 * another version of it, that one too, so that groups outlive a change of the algorithm.
 */
export function groupingOf(occurrence: Occurrence): Grouping {
  const { fingerprint, type, message, stack } = occurrence
  const version = fingerprint === null ? undefined : fingerprintVersion(fingerprint)
  if (fingerprint !== null && version === undefined) {
    return { fingerprints: [`chosen:${fingerprint}`], version: null }
  }
  // Ours and the sender's algorithm are the same code.
  if (version === FINGERPRINT_VERSION) return { fingerprints: [fingerprint!], version }
  const made = fingerprintOf({ error_type: type, message, frames: parseStack(stack) })
  const fingerprints = fingerprint === null ? [made] : [made, fingerprint]
  return { fingerprints, version: FINGERPRINT_VERSION }
}

/** Where an error comes from, in a few words: its innermost call in the application's own code. */
export function culpritOf(stack: string): string | null {
  const frames = parseStack(stack)
  const frame = frames.find(({ in_app }) => in_app) ?? frames[0]
  if (!frame) return null
  const { file, line } = frame
  const place = line === null ? file : `${file}:${line}`
  return (frame.function === '' ? place : `${frame.function} (${place})`).slice(0, 300)
}
