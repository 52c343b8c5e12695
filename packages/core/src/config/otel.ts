import type { Environment } from './resolve.ts'

/** What becomes of a request's trace: `ratio` of those without a parent, or of all. */
export interface SamplerConfig {
  ratio: number
  /** A parent's decision is followed. */
  parentBased: boolean
}

/** What the OTEL_* variables say about traces and metrics that we make ourselves. */
export interface OtelConfig {
  sampler: SamplerConfig
  /** Which headers are read and written. */
  propagates: { traceContext: boolean; baggage: boolean }
  /** Exceptions are events of the span too, not only logs. */
  exceptionEvents: boolean
  temporality: 'cumulative' | 'delta'
  metricIntervalMs: number
}

const DEFAULT_SAMPLER: SamplerConfig = { ratio: 1, parentBased: true }
const METRIC_INTERVAL_MS = 60_000
/** The longest that a timer of Node waits. */
const MAX_INTERVAL_MS = 2 ** 31 - 1

/** Reads the variables of OpenTelemetry's own that go beyond addresses; `problem` hears of those that cannot be used. */
export function resolveOtel(env: Environment, problem: (line: string) => void): OtelConfig {
  const read = (name: string): string => env[name]?.trim().toLowerCase() ?? ''
  const propagators = read('OTEL_PROPAGATORS')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const signals = read('OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN')
    .split(',')
    .map((name) => name.trim())
  const temporality = read('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE')
  return Object.freeze({
    sampler: Object.freeze(samplerOf(read('OTEL_TRACES_SAMPLER'), read('OTEL_TRACES_SAMPLER_ARG'), problem)),
    propagates: Object.freeze({
      traceContext: propagators.length === 0 || propagators.includes('tracecontext'),
      baggage: propagators.length === 0 || propagators.includes('baggage'),
    }),
    exceptionEvents: !signals.includes('logs') || signals.includes('logs/dup'),
    temporality: temporality === 'delta' || temporality === 'lowmemory' ? 'delta' : 'cumulative',
    metricIntervalMs: intervalOf(read('OTEL_METRIC_EXPORT_INTERVAL'), problem),
  })
}

function samplerOf(name: string, argument: string, problem: (line: string) => void): SamplerConfig {
  if (name === '') return DEFAULT_SAMPLER
  const parentBased = name.startsWith('parentbased_')
  switch (parentBased ? name.slice('parentbased_'.length) : name) {
    case 'always_on':
      return { ratio: 1, parentBased }
    case 'always_off':
      return { ratio: 0, parentBased }
    case 'traceidratio':
      return { ratio: ratioOf(argument, problem), parentBased }
    default:
      problem(
        `OTEL_TRACES_SAMPLER: got "${name}", wants [parentbased_]always_on, always_off or traceidratio; using parentbased_always_on.`,
      )
      return DEFAULT_SAMPLER
  }
}

function ratioOf(argument: string, problem: (line: string) => void): number {
  const ratio = argument === '' ? 1 : Number(argument)
  if (ratio >= 0 && ratio <= 1) return ratio
  problem(`OTEL_TRACES_SAMPLER_ARG: got "${argument}", wants a ratio from 0 to 1; using 1.`)
  return 1
}

function intervalOf(text: string, problem: (line: string) => void): number {
  if (text === '') return METRIC_INTERVAL_MS
  const interval = Number(text)
  if (Number.isInteger(interval) && interval > 0 && interval <= MAX_INTERVAL_MS) return interval
  problem(`OTEL_METRIC_EXPORT_INTERVAL: got "${text}", wants milliseconds; using ${METRIC_INTERVAL_MS}.`)
  return METRIC_INTERVAL_MS
}
