export const FRAMEWORKS = ['express', 'fastify', 'nest'] as const
export type Framework = (typeof FRAMEWORKS)[number]

/** Where what a variant says goes: nowhere, to a collector, or to a server that speaks the protocols of the others. */
export type Receiver = 'none' | 'collector' | 'sink'

export interface Variant {
  name: string
  /** In tables. */
  title: string
  /** Its file in `app/variants`. */
  file: string
  receiver: Receiver
  /** What the receiver is told of each request. */
  tells?: readonly ('events' | 'spans')[]
  /** What it tells is much the same on every framework. */
  expressAlone?: true
  /** It is compared closely; of the rest only the order of size matters. */
  eachRound?: true
  /** Package of bench/peers without which it is not measured. */
  peer?: string
  /** Its environment; `url` is that of its receiver. */
  env: (url: string) => Record<string, string>
}

/** Everything that waits goes out each second, whoever sends it. */
const OTEL = (url: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_SERVICE_NAME: 'bench',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_BSP_SCHEDULE_DELAY: '1000',
})
const HUBLINE = (url: string) => ({ HUB_API_URL: url, HUB_SOURCE: 'bench', HUB_BATCH_TIMEOUT: '1s' })
const NO_OTLP = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }

export const VARIANTS: readonly Variant[] = [
  { name: 'bare', title: 'bare', file: 'bare', receiver: 'none', eachRound: true, env: () => ({}) },
  {
    name: 'native',
    title: 'Hubline',
    file: 'hubline',
    receiver: 'collector',
    tells: ['events', 'spans'],
    eachRound: true,
    env: HUBLINE,
  },
  {
    // Where the others send to as well: it leaves the core to those who ask.
    name: 'taken',
    title: 'Hubline, to a server that only takes',
    file: 'hubline',
    receiver: 'sink',
    tells: ['events', 'spans'],
    eachRound: true,
    env: HUBLINE,
  },
  {
    name: 'compressed',
    title: 'Hubline, compressed',
    file: 'hubline',
    receiver: 'collector',
    tells: ['events', 'spans'],
    expressAlone: true,
    env: (url) => ({ ...HUBLINE(url), HUB_COMPRESSION: 'gzip' }),
  },
  {
    name: 'hub',
    title: 'Hubline, hub events alone',
    file: 'hubline',
    receiver: 'collector',
    tells: ['events'],
    eachRound: true,
    env: (url) => ({ ...HUBLINE(url), ...NO_OTLP }),
  },
  { name: 'inert', title: 'Hubline without a URL', file: 'hubline', receiver: 'none', env: () => ({}) },
  {
    name: 'adopt',
    title: 'OpenTelemetry and Hubline',
    file: 'adopt',
    receiver: 'collector',
    // The spans are those of the host's own SDK, several of each request.
    tells: ['events'],
    env: (url) => ({ ...HUBLINE(url), ...OTEL(url) }),
  },
  {
    name: 'opentelemetry',
    title: 'OpenTelemetry',
    file: 'opentelemetry',
    receiver: 'sink',
    tells: ['spans'],
    eachRound: true,
    env: OTEL,
  },
  {
    // Where what is sent goes slows an exporter: what is added to one is measured beside one that sends to the same place.
    name: 'collected',
    title: 'OpenTelemetry, to the collector',
    file: 'opentelemetry',
    receiver: 'collector',
    env: OTEL,
  },
  {
    name: 'by-hand',
    title: 'one span by hand',
    file: 'by-hand',
    receiver: 'sink',
    tells: ['spans'],
    expressAlone: true,
    env: OTEL,
  },
  {
    name: 'dd-trace',
    title: 'dd-trace',
    file: 'dd-trace',
    receiver: 'sink',
    tells: ['spans'],
    peer: 'dd-trace',
    env: (url) => ({
      DD_TRACE_AGENT_URL: url,
      DD_SERVICE: 'bench',
      DD_TRACE_SAMPLE_RATE: '1',
      DD_TRACE_RATE_LIMIT: '-1',
      DD_TRACE_FLUSH_INTERVAL: '1000',
      DD_TRACE_STARTUP_LOGS: 'false',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    }),
  },
  {
    name: 'elastic',
    title: 'elastic-apm-node',
    file: 'elastic',
    receiver: 'sink',
    tells: ['spans'],
    peer: 'elastic-apm-node',
    env: (url) => ({
      ELASTIC_APM_SERVER_URL: url,
      ELASTIC_APM_SERVICE_NAME: 'bench',
      ELASTIC_APM_TRANSACTION_SAMPLE_RATE: '1',
      ELASTIC_APM_API_REQUEST_TIME: '1s',
      ELASTIC_APM_CENTRAL_CONFIG: 'false',
      ELASTIC_APM_CLOUD_PROVIDER: 'none',
      ELASTIC_APM_METRICS_INTERVAL: '0s',
      ELASTIC_APM_LOG_LEVEL: 'off',
    }),
  },
  {
    name: 'sentry',
    title: '@sentry/node',
    file: 'sentry',
    receiver: 'sink',
    tells: ['spans'],
    peer: '@sentry/node',
    env: (url) => ({ SENTRY_DSN: `${url.replace('//', '//key@')}/1` }),
  },
  {
    name: 'floor',
    title: 'floor: a plain record',
    file: 'floor',
    receiver: 'sink',
    tells: ['spans'],
    env: (url) => ({ BENCH_SINK: url }),
  },
]

/** @throws when there is none of that name */
export function variantOf(name: string): Variant {
  const found = VARIANTS.find((variant) => variant.name === name)
  if (!found) throw new Error(`no variant is called ${name}`)
  return found
}

/** How many requests a second come in, where that is not as many as are answered. */
export const RATES = [250, 1000] as const

/** Milliseconds after which the slow receiver answers. */
export const SLOW_MS = 250
