import type { JSX } from 'preact'
import type { Answer } from '../api/client.ts'
import './state-badge.css'

export type ServiceState = Answer<'services'>['data'][number]['state']

/** Told apart by shape, so that colour is never needed: full, half, empty, square, cross, dotted. */
const SHAPES: Record<ServiceState, readonly (readonly [kind: string, path: string])[]> = {
  up: [['full', 'M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9z']],
  late: [
    ['line', 'M6 2a4 4 0 1 1 0 8a4 4 0 1 1 0-8z'],
    ['full', 'M6 2a4 4 0 0 1 0 8z'],
  ],
  silent: [['line', 'M6 2a4 4 0 1 1 0 8a4 4 0 1 1 0-8z']],
  stopped: [['full', 'M2 2h8v8h-8z']],
  crashed: [['bold', 'M2.5 2.5l7 7M9.5 2.5l-7 7']],
  unknown: [['dots', 'M6 2a4 4 0 1 1 0 8a4 4 0 1 1 0-8z']],
}

/** A service's state as shape, colour and word; without the word it is in the title. */
export function StateBadge({ state, bare = false }: { state: string; bare?: boolean }): JSX.Element {
  const known: ServiceState = Object.hasOwn(SHAPES, state) ? (state as ServiceState) : 'unknown'
  return (
    <span class={`state ${known}`} title={bare ? state : undefined}>
      <svg
        viewBox="0 0 12 12"
        role={bare ? 'img' : undefined}
        aria-hidden={!bare}
        aria-label={bare ? state : undefined}
      >
        {SHAPES[known].map(([kind, path]) => (
          <path key={path} class={kind} d={path} />
        ))}
      </svg>
      {!bare && state}
    </span>
  )
}
