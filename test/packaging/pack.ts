import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PACKAGES, type PublicPackage } from './packages.ts'
import { REPOSITORY } from './places.ts'
import { run } from './run.ts'

export interface Tarball extends PublicPackage {
  /** The packed file. */
  tarball: string
  /** Paths inside it. */
  files: string[]
}

/** `npm pack` of every public package, as it is built now, into `folder`. */
export async function packAll(folder: string): Promise<Tarball[]> {
  const workspaces = PACKAGES.flatMap((each) => ['--workspace', each.folder])
  const printed = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, ...workspaces],
    { cwd: REPOSITORY, inherit: true },
  )
  const packed = JSON.parse(printed) as { name: string; filename: string; files: { path: string }[] }[]
  return PACKAGES.map((each) => {
    const { filename, files } = packed.find(({ name }) => name === each.name)!
    return { ...each, tarball: join(folder, filename), files: files.map(({ path }) => path) }
  })
}

/** Unpacks a tarball beside itself. */
export async function unpack({ tarball }: Tarball): Promise<string> {
  const folder = `${tarball}.d`
  await mkdir(folder)
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], { cwd: folder })
  return folder
}
