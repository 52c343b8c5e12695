import { median } from '../report/document.ts'
import type { Machine } from '../report/machine.ts'
import type { Framework } from './cases.ts'
import type { Durations, Measured } from './measure.ts'
import type { PairedVariant, PairSample } from './pairs.ts'

/** One variant of one app in one round. */
export interface Sample extends Measured {
  round: number
  framework: Framework
  variant: string
  slow: boolean
}

/** A whole run, as it is kept in bench/results. */
export interface OverheadRun {
  machine: Machine
  minutes: number
  rounds: number
  durations: Durations
  /** Of what was measured and what measured it, by package. */
  versions: Record<string, string>
  samples: Sample[]
  pairs: PairSample[]
}

/** The middle of what the rounds said, and how far apart they were. */
export interface Spread {
  median: number
  least: number
  most: number
}

export interface Wanted {
  framework: Framework
  variant: string
  slow?: boolean
}

export function samplesOf({ samples }: OverheadRun, { framework, variant, slow = false }: Wanted): Sample[] {
  return samples.filter(
    (each) => each.framework === framework && each.variant === variant && each.slow === slow,
  )
}

/** Of one figure over the rounds; undefined where it was not measured. */
export function spread(
  run: OverheadRun,
  wanted: Wanted,
  figure: (sample: Sample) => number | undefined,
): Spread | undefined {
  return spreadOf(samplesOf(run, wanted).map(figure))
}

/** Of the pairs of a variant and what it is compared with, over the rounds. */
export function pairSpread(
  { pairs }: OverheadRun,
  framework: Framework,
  variant: PairedVariant,
  figure: (sample: PairSample) => number,
): Spread | undefined {
  return spreadOf(
    pairs.filter((each) => each.framework === framework && each.variant === variant).map(figure),
  )
}

/** Of a figure and that of the bare app in the same round, which had the same machine for itself. */
export function besideBare(
  run: OverheadRun,
  wanted: Wanted,
  figure: (sample: Sample, bare: Sample) => number | undefined,
): Spread | undefined {
  const base = samplesOf(run, { framework: wanted.framework, variant: 'bare' })
  return spreadOf(
    samplesOf(run, wanted).map((sample) => {
      const beside = base.find(({ round }) => round === sample.round)
      return beside && figure(sample, beside)
    }),
  )
}

export interface Arrivals {
  made: number
  /** What the receiver was told of, by kind. */
  told: { kind: 'events' | 'spans'; arrived: number }[]
  /** Of the kind of which most are missing. */
  lost: number
}

/** Of all rounds together: losses do not average. Undefined where nobody counted. */
export function arrivalsOf(run: OverheadRun, wanted: Wanted): Arrivals | undefined {
  const all = samplesOf(run, wanted).flatMap(({ arrived }) => (arrived ? [arrived] : []))
  const kinds = (['events', 'spans'] as const).filter((kind) => all[0]?.[kind] !== undefined)
  if (kinds.length === 0) return undefined
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
  const made = sum(all.map((each) => each.made))
  const told = kinds.map((kind) => ({ kind, arrived: sum(all.map((each) => each[kind]!)) }))
  return { made, told, lost: Math.max(...told.map(({ arrived }) => Math.max(0, made - arrived))) }
}

function spreadOf(figures: readonly (number | undefined)[]): Spread | undefined {
  const known = figures.filter((each) => each !== undefined && Number.isFinite(each)) as number[]
  if (known.length === 0) return undefined
  return { median: median(known), least: Math.min(...known), most: Math.max(...known) }
}
