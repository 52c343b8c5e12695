import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tarball } from './pack.ts'
import { APP, REPOSITORY } from './places.ts'
import { run } from './run.ts'

/** Taken in the versions that this repository is built with. */
const SAME_VERSION = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@types/express',
  '@types/node',
  'express',
  'fastify',
  'reflect-metadata',
  'rxjs',
]

/**
 * Makes `folder` what a user's project is: the programs of app/, the packed packages and their frameworks installed.
 *
 * @throws Error with what npm said, when the packages cannot be installed together
 */
export async function installProject(folder: string, tarballs: Tarball[]): Promise<void> {
  await cp(APP, folder, { recursive: true })
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const name of SAME_VERSION) manifest.dependencies[name] = await versionHere(name)
  for (const { name, tarball } of tarballs) manifest.dependencies[name] = `file:${tarball}`
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--workspaces=false']
  await run('npm', ['install', ...flags], { cwd: folder, inherit: true, timeoutMs: 120_000 })
}

async function versionHere(name: string): Promise<string> {
  const text = await readFile(join(REPOSITORY, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
