import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Environment } from './resolve.ts'

/** Name and version of the application: the package.json nearest above `cwd`, else what npm run says. */
export function readPackage(env: Environment, cwd: string): { name: string; version: string } {
  for (let folder = cwd; ; folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: unknown
        version?: unknown
      }
      if (typeof name === 'string' && name) {
        return {
          name: name.slice(0, 100),
          version: typeof version === 'string' ? version.slice(0, 100) : '0.0.0',
        }
      }
    } catch {}
    if (dirname(folder) === folder) break
  }
  return {
    name: env['npm_package_name'] || 'unknown_service',
    version: env['npm_package_version'] || '0.0.0',
  }
}
