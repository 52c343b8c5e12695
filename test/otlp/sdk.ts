import { OTLPLogExporter as LogsByGrpc } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as LogsByJson } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as LogsByProtobuf } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter as MetricsByGrpc } from '@opentelemetry/exporter-metrics-otlp-grpc'
import {
  AggregationTemporalityPreference as Temporality,
  OTLPMetricExporter as MetricsByJson,
} from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as MetricsByProtobuf } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as TracesByGrpc } from '@opentelemetry/exporter-trace-otlp-grpc'
import { OTLPTraceExporter as TracesByJson } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as TracesByProtobuf } from '@opentelemetry/exporter-trace-otlp-proto'
import type { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { onTestFinished } from 'vitest'
import { collectorForTest, type TestCollector } from '../../collector/src/testing/collector.ts'

export const PROTOCOLS = ['grpc', 'http/protobuf', 'http/json'] as const
export type Protocol = (typeof PROTOCOLS)[number]

const EXPORTERS = {
  grpc: { Traces: TracesByGrpc, Logs: LogsByGrpc, Metrics: MetricsByGrpc },
  'http/protobuf': { Traces: TracesByProtobuf, Logs: LogsByProtobuf, Metrics: MetricsByProtobuf },
  'http/json': { Traces: TracesByJson, Logs: LogsByJson, Metrics: MetricsByJson },
}

const INTERVAL_MS = 3_600_000
const resource = resourceFromAttributes({ 'service.name': 'shop' })

/** The official SDK with the official exporters, and the collector that they send to. */
export interface Sdk {
  hub: TestCollector
  tracers: TracerProvider
  loggers: LoggerProvider
  meters: MeterProvider
  /** Sends what was made and ends; rejects when a signal could not be delivered. */
  end(): Promise<void>
}

export async function startSdk(
  protocol: Protocol,
  { gzip = false, delta = false }: { gzip?: boolean; delta?: boolean } = {},
): Promise<Sdk> {
  const hub = await collectorForTest({ grpcPort: 0 })
  const { Traces, Logs, Metrics } = EXPORTERS[protocol]
  const options = (signal: string) => ({
    url: protocol === 'grpc' ? `http://127.0.0.1:${hub.collector.grpcPort}` : `${hub.url}/v1/${signal}`,
    ...(gzip && { compression: 'gzip' as CompressionAlgorithm }),
  })
  const tracers = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter: new Traces(options('traces')) })],
  })
  const loggers = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: new Logs(options('logs')) })],
  })
  const temporalityPreference = delta ? Temporality.DELTA : Temporality.CUMULATIVE
  const exporter = new Metrics({ ...options('metrics'), temporalityPreference })
  const meters = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: INTERVAL_MS })],
    views: [
      {
        instrumentName: 'payload.size',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 160 } },
      },
    ],
  })
  let ending: Promise<unknown> | undefined
  async function end(): Promise<void> {
    ending ??= Promise.all([tracers, loggers, meters].map((provider) => provider.shutdown()))
    await ending
  }
  onTestFinished(async () => {
    await end().catch(() => {})
  })
  return { hub, tracers, loggers, meters, end }
}
