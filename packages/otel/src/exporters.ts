import type { HubConfig } from '@hubline/core'
import type { Environment } from '@hubline/core/adapter'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { type IMetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace'

type Signal = 'traces' | 'logs' | 'metrics'

/** Where each signal goes; an absent one is left to the SDK, which reads OTEL_*, an empty one goes nowhere. */
export interface Exporters {
  spanProcessors?: SpanProcessor[]
  logRecordProcessors?: LogRecordProcessor[]
  metricReaders?: IMetricReader[]
}

/** By OpenTelemetry's own variables where they say anything, else to the hub, else nowhere. */
export function exportersOf(config: HubConfig, env: Environment): Exporters {
  const exporters: Exporters = {}
  if (!saysSo(env, 'traces')) {
    const target = hubTarget(config, 'traces')
    exporters.spanProcessors = target
      ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(target) })]
      : []
  }
  if (!saysSo(env, 'logs')) {
    const target = hubTarget(config, 'logs')
    exporters.logRecordProcessors = target
      ? [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(target) })]
      : []
  }
  if (!saysSo(env, 'metrics')) {
    const target = hubTarget(config, 'metrics')
    const exportIntervalMillis = config.otel.metricIntervalMs
    exporters.metricReaders = target
      ? [
          new PeriodicExportingMetricReader({
            exporter: new OTLPMetricExporter(target),
            exportIntervalMillis,
            exportTimeoutMillis: Math.min(30_000, exportIntervalMillis),
          }),
        ]
      : []
  }
  return exporters
}

/** Whether there is anything to start an SDK for. */
export function isIdle({ spanProcessors, logRecordProcessors, metricReaders }: Exporters): boolean {
  return [spanProcessors, logRecordProcessors, metricReaders].every((list) => list?.length === 0)
}

function saysSo(env: Environment, signal: Signal): boolean {
  const name = signal.toUpperCase()
  return [
    'OTEL_CONFIG_FILE',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    `OTEL_EXPORTER_OTLP_${name}_ENDPOINT`,
    `OTEL_${name}_EXPORTER`,
  ].some((variable) => env[variable]?.trim())
}

function hubTarget(
  { mode, url, token, timeout }: HubConfig,
  signal: Signal,
): { url: string; headers: Record<string, string>; timeoutMillis: number } | undefined {
  if (mode !== 'live' || url === undefined) return undefined
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  // Its retries included: for as long an exporter keeps a process that ends.
  return { url: new URL(`/v1/${signal}`, url).href, headers, timeoutMillis: timeout }
}
