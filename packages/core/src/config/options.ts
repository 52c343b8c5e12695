import type { Transport } from '../client/transport.ts'
import type { Clock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { Compression } from './compression.ts'

/** When request events are sent; failures and slow requests always are. */
export type InteractionMode = 'auto' | 'all' | 'errors' | 'none' | number

/**
 * What a user may pass to the middleware; each option outranks its environment variable.
 *
 * Durations are milliseconds or text such as `'60s'`; sizes are bytes or text such as `'16MiB'`.
 */
export interface HubOptions {
  /** HUB_API_URL */
  url?: string | undefined
  /** HUB_API_TOKEN */
  token?: string | undefined
  /** HUB_EVENTS_ENABLED */
  enabled?: boolean | undefined
  /** HUB_SOURCE */
  source?: string | undefined
  /** HUB_ENV */
  env?: string | undefined
  /** HUB_APP_VERSION */
  version?: string | undefined
  /** HUB_INSTANCE */
  instance?: string | undefined
  /** HUB_HEARTBEAT_INTERVAL */
  heartbeatInterval?: number | string | undefined
  /** HUB_INTERACTIONS */
  interactions?: InteractionMode | undefined
  /** HUB_SLOW_MS */
  slowMs?: number | undefined
  /** HUB_IGNORE_PATHS */
  ignorePaths?: readonly string[] | undefined
  /** HUB_BATCH_SIZE */
  batchSize?: number | undefined
  /** HUB_BATCH_TIMEOUT */
  batchTimeout?: number | string | undefined
  /** HUB_QUEUE_MAX_BYTES */
  queueMaxBytes?: number | string | undefined
  /** HUB_TIMEOUT */
  timeout?: number | string | undefined
  /** HUB_MAX_RETRIES */
  maxRetries?: number | undefined
  /** HUB_BREAKER_THRESHOLD */
  breakerThreshold?: number | undefined
  /** HUB_BREAKER_TIMEOUT */
  breakerTimeout?: number | string | undefined
  /** HUB_SPOOL_DIR */
  spoolDir?: string | undefined
  /** HUB_SPOOL_MAX_BYTES */
  spoolMaxBytes?: number | string | undefined
  /** HUB_DIALECT: in whose words to report; `auto` asks the hub. */
  dialect?: 'auto' | 'hubline' | 'hub' | 'mesh' | 'ecosystem' | undefined
  /** HUB_COMPRESSION: `auto` compresses what leaves the machine. */
  compression?: Compression | undefined
  /** HUB_CAPTURE_HEADERS: names of request and response headers to report. */
  captureHeaders?: readonly string[] | undefined
  /** HUB_CAPTURE_BODY: fields of parsed request bodies to report, such as `order_id` or `customer.country`. */
  captureBody?: readonly string[] | undefined
  /** HUB_REDACT: further keys whose values are hidden. */
  redact?: readonly string[] | undefined
  /** HUB_OTEL_API */
  otelApi?: boolean | undefined
  /** HUB_LOG_LEVEL */
  logLevel?: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** Put `x-correlation-id` on responses. */
  correlationHeader?: boolean | undefined
  /** Where our own few lines go; the console by default. */
  logger?: Logger | undefined
  /** How requests to the hub are sent; over HTTP by default. */
  transport?: Transport | undefined
  /** Where times come from; the system by default. */
  clock?: Clock | undefined
}
