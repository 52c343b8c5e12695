// Runs the suites, and checks the types of all workspaces beside them: the suites wait often enough.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'

// Absolute, as the programs that the tests start have folders of their own.
const env = { ...process.env, NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled') }
const node = (args, stdio) => spawn(process.execPath, args, { stdio, env })

const types = node(['scripts/types.mjs'], ['ignore', 'pipe', 'pipe'])
const said = Promise.all([text(types.stdout), text(types.stderr)])
const checked = once(types, 'close')
const suites = node(['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], 'inherit')
const [failed] = await once(suites, 'close')
const [wrong] = await checked
if (wrong !== 0) process.stderr.write((await said).join(''))
process.exitCode = failed || wrong ? 1 : 0
