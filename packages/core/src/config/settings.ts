import { DIALECTS, type DialectSetting } from '../client/dialects/dialect.ts'
import { LOG_LEVELS } from '../logger.ts'
import type { Compression } from './compression.ts'
import { hubUrl } from './hub-url.ts'
import {
  bytes,
  duration,
  fieldPaths,
  flag,
  headerNames,
  label,
  list,
  oneOf,
  ratio,
  type Reader,
  text,
  UNFIT,
  wholeNumber,
} from './units.ts'

export interface Setting<T> {
  variable: string
  read: Reader<T>
  /** What a good value looks like, as the end of "wants …". */
  wants: string
  fallback: T
  /** The value is never printed. */
  secret?: true
}

const setting = <T>(variable: string, read: Reader<T>, wants: string, fallback: T): Setting<T> => ({
  variable,
  read,
  wants,
  fallback,
})

const folder = label(1000)
const folderOrOff: Reader<string | undefined> = (value) => {
  const path = folder(value)
  return path === 'off' ? undefined : path
}

const mode = oneOf(['auto', 'all', 'errors', 'none'])
const interactions: Reader<'auto' | 'all' | 'errors' | 'none' | number> = (value) => {
  const word = mode(value)
  return word === UNFIT ? ratio(value) : word
}

export const DEFAULT_IGNORED_PATHS: readonly string[] = [
  '/health',
  '/healthz',
  '/health/*',
  '/ready',
  '/readyz',
  '/live',
  '/livez',
  '/metrics',
  '/favicon.ico',
]

interface Settings {
  url: Setting<string | undefined>
  token: Setting<string | undefined>
  enabled: Setting<boolean | undefined>
  source: Setting<string | undefined>
  env: Setting<string | undefined>
  version: Setting<string | undefined>
  instance: Setting<string | undefined>
  heartbeatInterval: Setting<number>
  interactions: Setting<'auto' | 'all' | 'errors' | 'none' | number>
  slowMs: Setting<number>
  ignorePaths: Setting<readonly string[]>
  batchSize: Setting<number>
  batchTimeout: Setting<number>
  queueMaxBytes: Setting<number>
  timeout: Setting<number>
  maxRetries: Setting<number>
  breakerThreshold: Setting<number>
  breakerTimeout: Setting<number>
  spoolDir: Setting<string | undefined>
  spoolMaxBytes: Setting<number>
  dialect: Setting<DialectSetting>
  compression: Setting<Compression>
  captureHeaders: Setting<readonly string[]>
  captureBody: Setting<readonly string[]>
  redact: Setting<readonly string[]>
  otelApi: Setting<boolean>
  logLevel: Setting<(typeof LOG_LEVELS)[number]>
}

/** Every setting that an option or a variable can give, with what it wants and what it is without either. */
export const SETTINGS: Settings = {
  url: setting<string | undefined>(
    'HUB_API_URL',
    hubUrl,
    'an http or https address such as http://127.0.0.1:4318',
    undefined,
  ),
  token: {
    variable: 'HUB_API_TOKEN',
    read: text(/^[\x21-\x7e]+$/),
    wants: 'printable ASCII without spaces',
    fallback: undefined,
    secret: true,
  },
  enabled: setting<boolean | undefined>('HUB_EVENTS_ENABLED', flag, 'true or false', undefined),
  source: setting<string | undefined>('HUB_SOURCE', label(100), 'a name of 1 to 100 characters', undefined),
  env: setting<string | undefined>('HUB_ENV', label(64), 'a name of 1 to 64 characters', undefined),
  version: setting<string | undefined>(
    'HUB_APP_VERSION',
    label(100),
    'a version of 1 to 100 characters',
    undefined,
  ),
  instance: setting<string | undefined>(
    'HUB_INSTANCE',
    label(100),
    'a name of 1 to 100 characters',
    undefined,
  ),
  heartbeatInterval: setting(
    'HUB_HEARTBEAT_INTERVAL',
    duration(100, 86_400_000),
    'a duration from 100ms to 24h such as 60s',
    60_000,
  ),
  interactions: setting<'auto' | 'all' | 'errors' | 'none' | number>(
    'HUB_INTERACTIONS',
    interactions,
    'auto, all, errors, none or a ratio from 0 to 1',
    'auto',
  ),
  slowMs: setting(
    'HUB_SLOW_MS',
    wholeNumber(0, 86_400_000),
    'a whole number of milliseconds such as 1000',
    1000,
  ),
  ignorePaths: setting('HUB_IGNORE_PATHS', list, 'paths such as /health,/internal/*', DEFAULT_IGNORED_PATHS),
  batchSize: setting('HUB_BATCH_SIZE', wholeNumber(1, 10_000), 'a whole number from 1 to 10000', 512),
  batchTimeout: setting(
    'HUB_BATCH_TIMEOUT',
    duration(1, 60_000),
    'a duration from 1ms to 60s such as 1s',
    1000,
  ),
  queueMaxBytes: setting(
    'HUB_QUEUE_MAX_BYTES',
    bytes(64 * 1024, 4 * 1024 ** 3),
    'a size from 64KiB to 4GiB such as 16MiB',
    16 * 1024 ** 2,
  ),
  timeout: setting('HUB_TIMEOUT', duration(100, 120_000), 'a duration from 100ms to 2m such as 5s', 5000),
  maxRetries: setting('HUB_MAX_RETRIES', wholeNumber(0, 20), 'a whole number from 0 to 20', 3),
  breakerThreshold: setting(
    'HUB_BREAKER_THRESHOLD',
    wholeNumber(1, 1000),
    'a whole number from 1 to 1000',
    5,
  ),
  breakerTimeout: setting(
    'HUB_BREAKER_TIMEOUT',
    duration(100, 3_600_000),
    'a duration from 100ms to 1h such as 60s',
    60_000,
  ),
  spoolDir: setting('HUB_SPOOL_DIR', folderOrOff, 'off or a folder such as /var/lib/shop/hub', undefined),
  spoolMaxBytes: setting(
    'HUB_SPOOL_MAX_BYTES',
    bytes(64 * 1024, 1024 ** 4),
    'a size from 64KiB to 1TiB such as 256MiB',
    256 * 1024 ** 2,
  ),
  dialect: setting<DialectSetting>('HUB_DIALECT', oneOf(DIALECTS), DIALECTS.join(', '), 'auto'),
  compression: setting<Compression>(
    'HUB_COMPRESSION',
    oneOf(['auto', 'gzip', 'none']),
    'auto, gzip or none',
    'auto',
  ),
  captureHeaders: setting<readonly string[]>(
    'HUB_CAPTURE_HEADERS',
    headerNames,
    'header names such as x-tenant,content-type',
    [],
  ),
  captureBody: setting<readonly string[]>(
    'HUB_CAPTURE_BODY',
    fieldPaths,
    'paths of fields such as order_id,customer.country',
    [],
  ),
  redact: setting<readonly string[]>('HUB_REDACT', list, 'key names such as iban,passport', []),
  otelApi: setting('HUB_OTEL_API', flag, 'true or false', false),
  logLevel: setting('HUB_LOG_LEVEL', oneOf(LOG_LEVELS), LOG_LEVELS.join(', '), 'warn' as const),
}

/** The value of each setting by its key. */
export type SettingValues = { [Key in keyof Settings]: Settings[Key]['fallback'] }
