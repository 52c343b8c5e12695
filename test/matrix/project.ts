import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tarball } from '../packaging/pack.ts'
import { REPOSITORY } from '../packaging/places.ts'
import { run } from '../packaging/run.ts'
import type { Cell } from './cells.ts'

/** What the suites are made of, in the layout that their imports expect. */
const SOURCES = [
  'tsconfig.base.json',
  'test/tsconfig.json',
  'test/apps',
  'test/contract',
  'test/matrix',
  'test/support',
  'collector/src',
]

const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']

/** A runner of tests that stands above every cell: lent by the repository, and in no cell's own tree. */
export async function lendVitest(folder: string): Promise<void> {
  await mkdir(join(folder, 'node_modules'))
  const target = join(REPOSITORY, 'node_modules/vitest')
  await symlink(target, join(folder, 'node_modules/vitest'), 'junction')
}

/**
 * Makes a project of a cell below `folder`: its frameworks, the packed packages, the sources of the suites.
 *
 * @returns its path, and what is installed, by name
 * @throws Error when npm has installed another version than the one that the cell names, be it one copy among several
 */
export async function makeProject(
  cell: Cell,
  folder: string,
  tarballs: readonly Tarball[],
): Promise<{ path: string; installed: Record<string, string> }> {
  const path = join(folder, cell.name)
  await mkdir(path)
  const ours = tarballs.filter(({ name }) => name === '@hubline/core' || cell.packages.includes(name))
  const packed = Object.fromEntries(ours.map(({ name, tarball }) => [name, `file:${tarball}`]))
  const manifest = {
    name: cell.name,
    private: true,
    type: 'module',
    dependencies: { ...cell.dependencies, ...packed },
    devDependencies: { ...cell.devDependencies, ...(await readers()) },
  }
  await writeFile(join(path, 'package.json'), JSON.stringify(manifest, null, 2))
  for (const source of SOURCES) await cp(join(REPOSITORY, source), join(path, source), { recursive: true })
  await writeFile(join(path, 'vitest.config.mjs'), configOf(cell))
  await run('npm', INSTALL, { cwd: path, inherit: true, timeoutMs: 300_000 })
  return { path, installed: await expectVersions(cell, path) }
}

/** What reads back the bytes that were sent: of the suites, and of no package that is tried. */
async function readers(): Promise<Record<string, string>> {
  const text = await readFile(join(REPOSITORY, 'collector/package.json'), 'utf8')
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> }
  return { '@bufbuild/protobuf': dependencies['@bufbuild/protobuf']! }
}

function configOf({ suites }: Cell): string {
  const test = {
    include: suites,
    setupFiles: ['test/support/environment.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  }
  return `export default ${JSON.stringify({ test }, null, 2)}\n`
}

async function expectVersions(cell: Cell, path: string): Promise<Record<string, string>> {
  const text = await readFile(join(path, 'node_modules/.package-lock.json'), 'utf8')
  const { packages } = JSON.parse(text) as { packages: Record<string, { version: string }> }
  for (const [name, wanted] of Object.entries(cell.dependencies)) {
    const copies = Object.entries(packages).filter(([at]) => at.endsWith(`node_modules/${name}`))
    const found = copies.map(([at, { version }]) => `${version} in ${at}`)
    if (copies.length === 0 || copies.some(([, { version }]) => version !== wanted)) {
      throw new Error(
        `${cell.name} wants ${name} ${wanted} alone; npm installed ${found.join(', ') || 'none'}`,
      )
    }
  }
  return cell.dependencies
}
