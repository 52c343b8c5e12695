// Modules as the project in the current folder has them.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const require = createRequire(join(process.cwd(), 'package.json'))

/** Builtins are required, so that instrumentations hear of them. */
export const load = (name) =>
  name.startsWith('node:') ? require(name) : import(pathToFileURL(require.resolve(name)).href)
