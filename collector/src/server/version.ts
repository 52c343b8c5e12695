import { createRequire } from 'node:module'

/** The collector's own version, from its package. */
export const VERSION: string = (createRequire(import.meta.url)('../../package.json') as { version: string })
  .version
