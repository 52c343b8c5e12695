/** Whether the long form runs; not a HUBLINE_ name, as tests run without the product's own variables. */
export const FULL: boolean = process.env['FAULTS'] === 'full'

/** What all chance in a run comes from; printed, and set again with FAULTS_SEED. */
export const SEED: number = Number(process.env['FAULTS_SEED'] ?? Date.now() % 1_000_000)

/** Whole numbers from 0 to below `limit`, the same ones for the same seed (mulberry32). */
export function chance(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}
