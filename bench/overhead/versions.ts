import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

const OWN = [
  'express',
  'fastify',
  '@nestjs/core',
  '@opentelemetry/sdk-node',
  '@opentelemetry/instrumentation-http',
  'autocannon',
]
const PEERS = ['dd-trace', 'elastic-apm-node', '@sentry/node']
const peersFolder = new URL('../peers/package.json', import.meta.url)

/** What is installed of everything that is measured, by name; absent ones are left out. */
export function versions(): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [names, from] of [
    [OWN, import.meta.url],
    [PEERS, peersFolder.href],
  ] as const) {
    for (const name of names) {
      const version = versionOf(name, from)
      if (version) found[name] = version
    }
  }
  return found
}

function versionOf(name: string, from: string): string | undefined {
  try {
    const path = findPackageJSON(name, from)
    return path && (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
  } catch {
    return undefined
  }
}
