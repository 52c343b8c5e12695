import type { ServiceFacts } from './facts.ts'

/** Something that happened to a service as a whole at one time. */
export interface Mark {
  kind: 'deploy' | 'start' | 'stop' | 'crash'
  /** Milliseconds since the epoch. */
  at: number
  /** Of the instance that started or ended, or what was deployed. */
  version: string | null
  /** Of how many instances within a minute. */
  instances: number
}

const TOGETHER_MS = 60_000

/**
 * Starts, ends and deploys of a service, oldest first. A deploy is the first start of a version after another one.
 *
 * @param since milliseconds since the epoch
 */
export function marksOf({ instances }: ServiceFacts, since: number): Mark[] {
  const marks: Mark[] = []
  for (const { registeredAt, version, lifecycle, lifecycleAt, state } of instances) {
    // One that never registered, as those that send spans alone, did not start when it was first seen.
    if (registeredAt !== null) marks.push({ kind: 'start', at: registeredAt, version, instances: 1 })
    if (lifecycleAt === null) continue
    if (state === 'crashed' || lifecycle === 'crashed')
      marks.push({ kind: 'crash', at: lifecycleAt, version, instances: 1 })
    else if (lifecycle === 'stopped') marks.push({ kind: 'stop', at: lifecycleAt, version, instances: 1 })
  }
  marks.sort((a, b) => a.at - b.at)
  const versions = new Set<string>()
  for (const mark of marks) {
    if (mark.kind !== 'start' || mark.version === null) continue
    if (versions.size > 0 && !versions.has(mark.version)) mark.kind = 'deploy'
    versions.add(mark.version)
  }
  return together(marks).filter(({ at }) => at >= since)
}

/** Those of one kind and version that came close together are one; a start right after a deploy belongs to it. */
function together(marks: readonly Mark[]): Mark[] {
  const kept: Mark[] = []
  for (const mark of marks) {
    const same = kept.findLast(({ kind, version, at }) => {
      const isSame = kind === mark.kind || (kind === 'deploy' && mark.kind === 'start')
      return isSame && version === mark.version && mark.at - at <= TOGETHER_MS
    })
    if (same) same.instances++
    else kept.push(mark)
  }
  return kept
}
