import { expect, it } from 'vitest'
import { resolveOtel } from './otel.ts'

function resolved(env: Record<string, string>) {
  const problems: string[] = []
  return { ...resolveOtel(env, (line) => problems.push(line)), problems }
}

it('has the defaults of the specification', () => {
  expect(resolved({})).toEqual({
    sampler: { ratio: 1, parentBased: true },
    propagates: { traceContext: true, baggage: true },
    exceptionEvents: true,
    temporality: 'cumulative',
    metricIntervalMs: 60_000,
    problems: [],
  })
})

it.each([
  ['always_on', '', { ratio: 1, parentBased: false }],
  ['always_off', '', { ratio: 0, parentBased: false }],
  ['traceidratio', '0.25', { ratio: 0.25, parentBased: false }],
  ['parentbased_always_off', '', { ratio: 0, parentBased: true }],
  ['parentbased_traceidratio', '', { ratio: 1, parentBased: true }],
])('knows the sampler %s with %j', (OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG, sampler) => {
  expect(resolved({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG })).toMatchObject({ sampler, problems: [] })
})

it.each([
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
  ['OTEL_METRIC_EXPORT_INTERVAL', 'soon'],
])('names %s=%s and takes the default', (variable, value) => {
  const { problems, ...rest } = resolved({ [variable]: value })
  expect(problems).toEqual([expect.stringContaining(`${variable}: got "${value}"`)])
  expect(rest).toMatchObject({ sampler: { ratio: 1, parentBased: true }, metricIntervalMs: 60_000 })
})

it('names a ratio that is none', () => {
  const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '7' }
  expect(resolved(env).problems).toEqual([expect.stringContaining('OTEL_TRACES_SAMPLER_ARG: got "7"')])
})

it.each([
  ['none', { traceContext: false, baggage: false }],
  ['b3,baggage', { traceContext: false, baggage: true }],
  [' tracecontext ', { traceContext: true, baggage: false }],
])('reads OTEL_PROPAGATORS=%s', (OTEL_PROPAGATORS, propagates) => {
  expect(resolved({ OTEL_PROPAGATORS })).toMatchObject({ propagates })
})
