import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REPOSITORY } from '../packaging/places.ts'
import { run } from '../packaging/run.ts'

const HUBLINE = ['packages/core', 'packages/express']

/**
 * Makes `folder` a project of its own, with Hubline for Express as it is built now and `dependencies`.
 *
 * @returns the version of each dependency that was really installed
 */
export async function installProject(
  folder: string,
  dependencies: Record<string, string>,
): Promise<Record<string, string>> {
  const packed = await run(
    'npm',
    [
      'pack',
      '--json',
      '--ignore-scripts',
      '--pack-destination',
      folder,
      ...HUBLINE.flatMap((each) => ['-w', each]),
    ],
    { cwd: REPOSITORY, inherit: true },
  )
  const tarballs = JSON.parse(packed) as { name: string; filename: string }[]
  const own = Object.fromEntries(tarballs.map(({ name, filename }) => [name, `file:${filename}`]))
  const manifest = { private: true, type: 'module', dependencies: { ...own, ...dependencies } }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--workspaces=false']
  await run('npm', ['install', ...flags], { cwd: folder, inherit: true, timeoutMs: 120_000 })
  const versions = await Promise.all(
    Object.keys(dependencies).map(async (name) => [name, await versionIn(folder, name)] as const),
  )
  return Object.fromEntries(versions)
}

async function versionIn(folder: string, name: string): Promise<string> {
  const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
