// Modules as the project in the current folder has them.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { resolve } = createRequire(join(process.cwd(), 'package.json'))

export const load = (name) => import(pathToFileURL(resolve(name)).href)
