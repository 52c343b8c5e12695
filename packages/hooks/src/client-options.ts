import type { HubOptions } from '@hubline/core'

/** What may be said of how events are sent; each option outranks its environment variable. */
export type ClientOptions = Pick<
  HubOptions,
  | 'url'
  | 'token'
  | 'enabled'
  | 'env'
  | 'instance'
  | 'version'
  | 'queueMaxBytes'
  | 'timeout'
  | 'maxRetries'
  | 'breakerThreshold'
  | 'breakerTimeout'
  | 'dialect'
  | 'redact'
  | 'logLevel'
  | 'logger'
  | 'transport'
  | 'clock'
>
