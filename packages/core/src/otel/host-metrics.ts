import type { Attributes } from '../otlp/records.ts'
import { VERSION } from '../version.ts'
import { type OtelApi, otelApi, quietly } from './host-api.ts'
import { DURATION, DURATION_BOUNDS } from './http-duration.ts'
import type { Measure } from './metrics.ts'

type Instrument = { record(value: number, attributes: object): void }
type Provider = NonNullable<OtelApi['metrics']>

const MAX_INSTRUMENTS = 2000
const instruments = new WeakMap<Provider, Map<string, Instrument | undefined>>()

/** Whether the host has registered a meter provider. */
export function hasHostMeter(): boolean {
  return otelApi()?.metrics !== undefined
}

/** Counts a request with the host's meter. */
export function recordDuration(seconds: number, attributes: Attributes): void {
  const { name, description, unit } = DURATION
  const advice = { explicitBucketBoundaries: [...DURATION_BOUNDS] }
  record(name, seconds, attributes, (meter) => meter.createHistogram(name, { description, unit, advice }))
}

/** Sets a gauge of the host's. */
export function recordGauge({ name, unit, value, attributes }: Measure): void {
  record(name, value, attributes, (meter) => meter.createGauge?.(name, { unit }))
}

function record(
  name: string,
  value: number,
  attributes: Attributes,
  create: (meter: ReturnType<Provider['getMeter']>) => Instrument | undefined,
): void {
  quietly(() => {
    const provider = otelApi()?.metrics
    if (!provider) return
    const known = instruments.get(provider) ?? new Map<string, Instrument | undefined>()
    instruments.set(provider, known)
    if (!known.has(name) && known.size < MAX_INSTRUMENTS) {
      known.set(name, create(provider.getMeter('@hubline/core', VERSION)))
    }
    known.get(name)?.record(value, attributes)
  })
}
