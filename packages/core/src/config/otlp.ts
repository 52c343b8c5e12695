import type { Compression } from './compression.ts'
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
  compression: Compression
}

export interface OtlpConfig {
  enabled: boolean
  targets: Readonly<Record<OtlpSignal, OtlpTarget>>
}

type Problem = (line: string) => void

/** The longest that a timer of Node waits. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/**
 * Reads the OTEL_* variables that the native exporter honours.
 *
 * @param problem hears, once each, of the variables that cannot be used
 */
export function resolveOtlp(
  env: Environment,
  timeoutMs: number,
  compression: Compression,
  problem: Problem,
): OtlpConfig {
  const lines = new Set<string>()
  const target = (signal: OtlpSignal): OtlpTarget => {
    const given = (name: string): Given | undefined => variableOf(env, signal, name)
    checkProtocol(given('PROTOCOL'), (line) => lines.add(line))
    return Object.freeze({
      exported: env[`OTEL_${signal.toUpperCase()}_EXPORTER`]?.trim() !== 'none',
      url: endpoint(given('ENDPOINT'), signal, (line) => lines.add(line)),
      headers: headerList(given('HEADERS'), (line) => lines.add(line)),
      timeoutMs: timeout(given('TIMEOUT'), timeoutMs, (line) => lines.add(line)),
      compression: compressionOf(given('COMPRESSION'), compression, (line) => lines.add(line)),
    })
  }
  const targets = { traces: target('traces'), logs: target('logs'), metrics: target('metrics') }
  // A general variable is read for each signal and said once.
  for (const line of lines) problem(line)
  return {
    enabled: env['OTEL_SDK_DISABLED']?.trim().toLowerCase() !== 'true',
    targets: Object.freeze(targets),
  }
}

/** Whether anything goes out as OTLP without a hub that says where to. */
export function hasEndpoint({ enabled, targets }: OtlpConfig): boolean {
  return enabled && Object.values(targets).some(({ exported, url }) => exported && url !== undefined)
}

/** A variable that is set. */
interface Given {
  variable: string
  value: string
  /** It is the signal's own, not that of all signals. */
  own: boolean
}

function variableOf(env: Environment, signal: OtlpSignal, name: string): Given | undefined {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`
  const general = `OTEL_EXPORTER_OTLP_${name}`
  const variable = env[own]?.trim() ? own : general
  const value = env[variable]?.trim()
  return value ? { variable, value, own: variable === own } : undefined
}

function checkProtocol(given: Given | undefined, problem: Problem): void {
  if (given && given.value !== 'http/protobuf')
    problem(`${given.variable}: got "${given.value}", wants http/protobuf; using that.`)
}

/** The signal's own variable is the whole address; the general one is a base that `/v1/<signal>` is added to. */
function endpoint(given: Given | undefined, signal: OtlpSignal, problem: Problem): string | undefined {
  if (!given) return undefined
  const { variable, value, own } = given
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
    return own ? value : `${value.replace(/\/+$/, '')}/v1/${signal}`
  problem(
    `${variable}: got "${value}", wants an http or https address such as http://127.0.0.1:4318; it is ignored.`,
  )
  return undefined
}

function timeout(given: Given | undefined, fallback: number, problem: Problem): number {
  if (!given) return fallback
  const milliseconds = /^\d+$/.test(given.value) ? Number(given.value) : 0
  if (milliseconds > 0 && milliseconds <= MAX_TIMEOUT_MS) return milliseconds
  problem(`${given.variable}: got "${given.value}", wants milliseconds such as 5000; using ${fallback}.`)
  return fallback
}

function compressionOf(given: Given | undefined, fallback: Compression, problem: Problem): Compression {
  if (!given) return fallback
  if (given.value === 'gzip' || given.value === 'none') return given.value
  problem(`${given.variable}: got "${given.value}", wants gzip or none; using ${fallback}.`)
  return fallback
}

/** `key=value,key=value` with percent-encoded values, as W3C baggage writes them. */
function headerList(given: Given | undefined, problem: Problem): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const pair of given?.value.split(',') ?? []) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim().toLowerCase()
    if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
      // The value is not said: it may be a secret.
      if (pair.trim()) problem(`${given!.variable}: wants key=value pairs separated by commas.`)
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
