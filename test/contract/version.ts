import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** The major version of an installed package. */
export function majorOf(name: string): number {
  const { version } = require(`${name}/package.json`) as { version: string }
  return Number.parseInt(version, 10)
}
