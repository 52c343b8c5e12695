import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../packaging/run.ts'

export interface NodeProgram {
  /** Without `v`. */
  version: string
  path: string
}

/** The newest of each line that the packages run on, by line. */
export const NODES: Readonly<Record<string, string>> = { 24: '24.21.0', 22: '22.23.3' }

const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']

/**
 * Node in one of the versions of `NODES`: the one that runs this, or one installed into `folder`.
 *
 * @throws Error when the program that was installed is of another version
 */
export async function findNode(line: string, folder: string): Promise<NodeProgram> {
  const version = NODES[line]
  if (version === undefined) throw new Error(`no node ${line}; there are ${Object.keys(NODES).join(', ')}`)
  if (process.versions.node === version) return { version, path: process.execPath }
  const home = join(folder, `node-${line}`)
  const name = `node-${process.platform}-${process.arch}`
  await mkdir(home)
  await writeFile(join(home, 'package.json'), JSON.stringify({ dependencies: { [name]: version } }))
  await run('npm', INSTALL, { cwd: home, inherit: true, timeoutMs: 300_000 })
  const path = join(home, 'node_modules', name, 'bin/node')
  const printed = (await run(path, ['--version'], { cwd: home })).trim()
  if (printed !== `v${version}`) throw new Error(`${path} is ${printed}, not v${version}`)
  return { version, path }
}
