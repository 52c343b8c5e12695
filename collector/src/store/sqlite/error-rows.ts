import type { GroupState, ErrorState } from '../../errors/state.ts'

/** The state in a row of `error_groups`. */
export function toState(row: Record<string, unknown>): GroupState {
  return {
    state: row['state'] as ErrorState,
    stateMs: row['state_ms'] as number,
    resolvedVersion: row['resolved_version'] as string | null,
    mutedUntilMs: row['muted_until_ms'] as number | null,
    mutedUntilCount: row['muted_until_count'] as number | null,
  }
}

/** Groups that were given up so far, among the catalog's numbers. */
export const EVICTED = 'error_groups_evicted'
