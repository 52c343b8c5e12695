import type { Environment } from './resolve.ts'

export const OTLP_SIGNALS = ['traces', 'logs', 'metrics'] as const
export type OtlpSignal = (typeof OTLP_SIGNALS)[number]

/** Where one OTLP signal goes by OpenTelemetry's own variables. */
export interface OtlpTarget {
  /** False where the signal's own variable says `none`. */
  exported: boolean
  /** Absent: ask the hub. */
  url?: string | undefined
  headers: Readonly<Record<string, string>>
  timeoutMs: number
  compression: 'gzip' | 'none'
}

export interface OtlpConfig {
  enabled: boolean
  targets: Readonly<Record<OtlpSignal, OtlpTarget>>
}

/** Reads the OTEL_* variables that the native exporter honours; `problem` hears of those it cannot. */
export function resolveOtlp(
  env: Environment,
  timeoutMs: number,
  compression: 'gzip' | 'none',
  problem: (line: string) => void,
): OtlpConfig {
  const target = (signal: OtlpSignal): OtlpTarget => {
    const read = (name: string) =>
      env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`]?.trim() ||
      env[`OTEL_EXPORTER_OTLP_${name}`]?.trim() ||
      undefined
    const protocol = read('PROTOCOL')
    if (protocol && protocol !== 'http/protobuf') {
      problem(`OTEL_EXPORTER_OTLP_PROTOCOL: got "${protocol}", native spans are sent as http/protobuf.`)
    }
    const timeout = read('TIMEOUT')
    return Object.freeze({
      exported: env[`OTEL_${signal.toUpperCase()}_EXPORTER`]?.trim() !== 'none',
      url: endpoint(env, signal, problem),
      headers: headerList(read('HEADERS'), problem),
      timeoutMs: timeout && /^\d+$/.test(timeout) && Number(timeout) > 0 ? Number(timeout) : timeoutMs,
      compression: read('COMPRESSION') === 'none' ? 'none' : compression,
    })
  }
  return {
    enabled: env['OTEL_SDK_DISABLED']?.trim().toLowerCase() !== 'true',
    targets: Object.freeze({ traces: target('traces'), logs: target('logs'), metrics: target('metrics') }),
  }
}

/** The signal's own variable is the whole address; the general one is a base that `/v1/<signal>` is added to. */
function endpoint(env: Environment, signal: OtlpSignal, problem: (line: string) => void): string | undefined {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`
  const variable = env[own]?.trim() ? own : 'OTEL_EXPORTER_OTLP_ENDPOINT'
  const value = env[variable]?.trim()
  if (!value) return undefined
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    problem(`${variable}: got "${value}", wants an http or https address; ${signal} go to the hub.`)
    return undefined
  }
  return variable === own ? value : `${value.replace(/\/+$/, '')}/v1/${signal}`
}

/** `key=value,key=value` with percent-encoded values, as W3C baggage writes them. */
function headerList(text: string | undefined, problem: (line: string) => void): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const pair of text?.split(',') ?? []) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim().toLowerCase()
    if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
      if (pair.trim()) problem('OTEL_EXPORTER_OTLP_HEADERS: wants key=value pairs separated by commas.')
      continue
    }
    const raw = pair.slice(at + 1).trim()
    try {
      headers[name] = decodeURIComponent(raw)
    } catch {
      headers[name] = raw
    }
  }
  return headers
}
