import { expect, it } from 'vitest'
import { hasEndpoint, resolveOtlp } from './otlp.ts'

function resolved(env: Record<string, string>) {
  const problems: string[] = []
  return { ...resolveOtlp(env, 5000, 'gzip', (line) => problems.push(line)), problems }
}

it.each([
  ['TIMEOUT', 'soon', 'wants milliseconds such as 5000; using 5000.'],
  ['TIMEOUT', '0', 'wants milliseconds such as 5000; using 5000.'],
  ['TIMEOUT', '99999999999', 'wants milliseconds such as 5000; using 5000.'],
  ['COMPRESSION', 'brotli', 'wants gzip or none; using gzip.'],
  ['PROTOCOL', 'grpc', 'wants http/protobuf; using that.'],
  ['ENDPOINT', 'nonsense', 'wants an http or https address such as http://127.0.0.1:4318; it is ignored.'],
  ['ENDPOINT', 'ftp://x', 'wants an http or https address such as http://127.0.0.1:4318; it is ignored.'],
])('says once what is wrong with %s=%s, under the name that was set', (name, value, wants) => {
  const general = `OTEL_EXPORTER_OTLP_${name}`
  expect(resolved({ [general]: value }).problems).toEqual([`${general}: got "${value}", ${wants}`])
  const own = `OTEL_EXPORTER_OTLP_TRACES_${name}`
  const { problems, targets } = resolved({ [own]: value })
  expect(problems).toEqual([`${own}: got "${value}", ${wants}`])
  expect(targets.traces).toEqual(targets.logs)
})

it('names the headers that are none without their value', () => {
  const env = { OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'authorization: Bearer s3cret' }
  expect(resolved(env).problems).toEqual([
    'OTEL_EXPORTER_OTLP_LOGS_HEADERS: wants key=value pairs separated by commas.',
  ])
})

it('takes what is right without a word, and the signal before all', () => {
  const { targets, problems } = resolved({
    OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '2000',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  })
  expect(problems).toEqual([])
  expect(targets).toMatchObject({
    traces: { timeoutMs: 1000, compression: 'none' },
    logs: { timeoutMs: 2000, compression: 'none' },
    metrics: { timeoutMs: 1000, compression: 'gzip' },
  })
})

it.each([
  [{}, false],
  [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:9/logs' }, true],
  [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:9/logs', OTEL_LOGS_EXPORTER: 'none' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' }, false],
])('knows of %o whether anything goes out', (env, goes) => {
  expect(hasEndpoint(resolved(env as Record<string, string>))).toBe(goes)
})
