import { isLoopback } from './hub-url.ts'

/** `auto` compresses what leaves the machine: over loopback the time is worth more than the bytes. */
export type Compression = 'auto' | 'gzip' | 'none'

/** Whether a body for `url` is to be compressed. */
export function isCompressed(compression: Compression, url: string): boolean {
  return compression === 'gzip' || (compression === 'auto' && !isLoopback(url))
}
