import { shared } from '../process/shared.ts'
import { isLoopback } from './hub-url.ts'
import type { HubOptions } from './options.ts'
import { type OtelConfig, resolveOtel } from './otel.ts'
import { hasEndpoint, type OtlpConfig, resolveOtlp } from './otlp.ts'
import { readPackage } from './package-json.ts'
import { parseResourceAttributes } from './resource-attributes.ts'
import { type Setting, SETTINGS, type SettingValues } from './settings.ts'
import { UNFIT } from './units.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * What automatic capture does: `live` sends, `dry-run` prints, `inert` does nothing.
 */
export type Mode = 'live' | 'dry-run' | 'inert'

/** Everything that was decided from options, environment and defaults; frozen. */
export interface HubConfig extends Readonly<
  Omit<SettingValues, 'enabled' | 'source' | 'env' | 'version' | 'instance'>
> {
  readonly mode: Mode
  readonly source: string
  readonly env: string
  readonly version: string
  readonly instance: string
  readonly correlationHeader: boolean
  readonly resourceAttributes: Readonly<Record<string, string>>
  readonly otlp: OtlpConfig
  readonly otel: OtelConfig
}

export interface Resolution {
  config: HubConfig
  /** One line for each value that could not be used and for what keeps capture from sending. */
  notices: { level: 'warn' | 'error'; line: string }[]
  /** The one of these lines that says that nobody has said where to send, nor asked for it. */
  idle?: string | undefined
}

const MISSING = '[HUB] Error: Missing HUB_API_URL or HUB_API_TOKEN'
const START_LINE = 'HUB_API_URL=http://127.0.0.1:4318'
const NOTHING = `[HUB] Nothing is sent: set ${START_LINE}.`
const ONLY_OTLP = `[HUB] Only OTLP is sent: set ${START_LINE} for hub events.`

/**
 * Decides the configuration once: option, else environment variable, else default.
 *
 * Never throws: a value that cannot be used is named in `notices` and its default is taken.
 */
export function resolveConfig(options: HubOptions, environment: Environment, cwd: string): Resolution {
  const notices: Resolution['notices'] = []
  const warn = (line: string): void => void notices.push({ level: 'warn', line: `[HUB] ${line}` })
  const values = readSettings(options, environment, warn)
  const { enabled: _, source, env, version, instance, ...rest } = values
  const pkg = readPackage(environment, cwd)
  const resourceAttributes = parseResourceAttributes(environment['OTEL_RESOURCE_ATTRIBUTES'])
  const otlp = resolveOtlp(environment, values.timeout, values.compression, warn)
  const { mode, notice } = chooseMode(values, hasEndpoint(otlp))
  const badUrl =
    values.url === undefined && (options.url ?? nonEmpty(environment['HUB_API_URL'])) !== undefined
  if (notice && !badUrl) notices.push(notice)
  const idle = !badUrl && notice?.level === 'warn' ? notice.line : undefined
  const config: HubConfig = Object.freeze({
    ...rest,
    mode,
    source:
      source ??
      nonEmpty(environment['OTEL_SERVICE_NAME'])?.slice(0, 100) ??
      resourceAttributes['service.name'] ??
      pkg.name,
    env: env ?? nonEmpty(environment['NODE_ENV'])?.slice(0, 64) ?? 'development',
    version: version ?? resourceAttributes['service.version'] ?? pkg.version,
    instance: instance ?? resourceAttributes['service.instance.id'] ?? shared().instance,
    correlationHeader: options.correlationHeader === true,
    resourceAttributes,
    otlp,
    otel: resolveOtel(environment, warn),
  })
  return { config, notices, idle }
}

function readSettings(options: HubOptions, env: Environment, warn: (line: string) => void): SettingValues {
  const entries = Object.entries(SETTINGS).map(([key, entry]: [string, Setting<unknown>]) => {
    const option = options[key as keyof HubOptions]
    const given = option ?? nonEmpty(env[entry.variable])
    if (given === undefined) return [key, entry.fallback]
    const value = entry.read(given)
    if (value !== UNFIT) return [key, value]
    const name = option === undefined ? entry.variable : `option ${key}`
    const got = entry.secret ? 'a value that is not usable' : `"${String(given).slice(0, 200)}"`
    const without = key === 'url' ? 'nothing is sent' : 'it is ignored'
    const then = entry.fallback === undefined ? without : `using ${describe(entry.fallback)}`
    warn(`${name}: got ${got}, wants ${entry.wants}; ${then}.`)
    return [key, entry.fallback]
  })
  return Object.fromEntries(entries) as SettingValues
}

/** @param otlp whether spans, logs or metrics go out all the same */
function chooseMode(
  values: SettingValues,
  otlp: boolean,
): { mode: Mode; notice?: Resolution['notices'][number] } {
  const { enabled, url, token, dialect } = values
  // These two know no tokens.
  const open = dialect === 'mesh' || dialect === 'ecosystem'
  if (enabled === false) return { mode: 'dry-run' }
  if (url !== undefined && (token !== undefined || open || isLoopback(url))) return { mode: 'live' }
  if (enabled === true || url !== undefined)
    return { mode: 'inert', notice: { level: 'error', line: MISSING } }
  return {
    mode: 'inert',
    notice: { level: 'warn', line: otlp ? ONLY_OTLP : NOTHING },
  }
}

const describe = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value))

const nonEmpty = (text: string | undefined): string | undefined => text?.trim() || undefined
