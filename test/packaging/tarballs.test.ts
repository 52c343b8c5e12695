import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packAll, type Tarball, unpack } from './pack.ts'
import { PACKAGES } from './packages.ts'
import { REPOSITORY, temporaryFolder, type TemporaryFolder } from './places.ts'
import { run } from './run.ts'

interface Manifest {
  name: string
  version: string
  license: string
  bin?: Record<string, string>
  exports: Record<string, unknown>
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  scripts?: Record<string, string>
}

interface Unpacked extends Tarball {
  unpacked: string
  manifest: Manifest
}

let folder: TemporaryFolder
let packages: Unpacked[]

beforeAll(async () => {
  folder = await temporaryFolder()
  packages = await Promise.all(
    (await packAll(folder.path)).map(async (tarball) => {
      const unpacked = await unpack(tarball)
      const manifest = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as Manifest
      return { ...tarball, unpacked, manifest }
    }),
  )
}, 120_000)

afterAll(() => folder.remove())

const read = ({ unpacked }: Unpacked, file: string): Promise<string> => readFile(join(unpacked, file), 'utf8')

describe.each(PACKAGES)('the tarball of $name', ({ name, folder: home, doors, formats }) => {
  let each: Unpacked
  beforeAll(() => {
    each = packages.find((candidate) => candidate.name === name)!
  })

  test('holds dist, package.json, README.md and LICENSE, and no tests', () => {
    const tops = new Set(each.files.map((file) => file.split('/')[0]))
    expect([...tops].sort(), `mend "files" of ${home}/package.json or add the missing file`).toEqual([
      'LICENSE',
      'README.md',
      'dist',
      'package.json',
    ])
    expect(
      each.files.filter((file) => /\.(test|spec|bench)\.|\.tsbuildinfo$|__tests__|fixtures/.test(file)),
    ).toEqual([])
  })

  test('has the doors it is meant to have, each in its formats with types beside it', () => {
    expect(Object.keys(each.manifest.exports), 'a new door goes into packages.ts').toEqual([
      ...doors,
      './package.json',
    ])
    const endings = formats.flatMap((format) => (format === 'esm' ? ['.js', '.d.ts'] : ['.cjs', '.d.cts']))
    const wanted = doors.flatMap((door) =>
      endings.map((ending) => `dist/${door === '.' ? 'index' : door.slice(2)}${ending}`),
    )
    expect(each.files).toEqual(expect.arrayContaining(wanted))
  })

  test('carries the license of the repository', async () => {
    const license = await readFile(join(REPOSITORY, 'LICENSE'), 'utf8')
    expect(await read(each, 'LICENSE'), `cp LICENSE ${home}/LICENSE`).toBe(license)
    expect(each.manifest.license).toBe('Apache-2.0')
  })

  test('asks for its sister packages in the version they have here, and runs nothing when installed', () => {
    const { version, dependencies = {}, peerDependencies = {}, scripts = {} } = each.manifest
    const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]))
    expect(version, 'all packages are released together').toBe(versions.get('@hubline/core'))
    for (const [dependency, wanted] of Object.entries({ ...dependencies, ...peerDependencies })) {
      if (dependency.startsWith('@hubline/')) expect(wanted, dependency).toBe(versions.get(dependency))
      expect(wanted, `${dependency}: only ranges that a registry knows`).not.toMatch(
        /^(file|link|workspace|git)/,
      )
    }
    expect(Object.keys(scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$/)]),
    )
  })

  test('names no path of this machine', async () => {
    const places = [REPOSITORY, `${homedir()}/`]
    const naming: string[] = []
    for (const file of each.files) {
      const text = await read(each, file)
      if (places.some((place) => text.includes(place))) naming.push(file)
    }
    expect(naming).toEqual([])
  })

  test('has no source map that is missing or that leads out of it', async () => {
    const astray: string[] = []
    for (const file of each.files) {
      if (/\.[cm]?js$|\.css$/.test(file)) {
        const map = /\/[/*]# sourceMappingURL=(?!data:)(\S+)/.exec(await read(each, file))?.[1]
        if (map && !each.files.includes(join(dirname(file), map))) astray.push(`${file} → ${map}`)
      }
      if (file.endsWith('.map')) {
        const { sources, sourcesContent } = JSON.parse(await read(each, file)) as {
          sources: string[]
          sourcesContent?: unknown[]
        }
        if (sourcesContent?.length === sources.length) continue
        const lost = sources.filter((source) => !each.files.includes(normalize(join(dirname(file), source))))
        astray.push(...lost.map((source) => `${file} → ${source}`))
      }
    }
    expect(astray, 'switch the maps off, or put their sources into them').toEqual([])
  })

  test('satisfies publint', async () => {
    const bytes = await readFile(each.tarball)
    const { messages, pkg } = await publint({
      strict: true,
      pack: {
        tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
      },
    })
    expect(messages.map((message) => formatMessage(message, pkg!))).toEqual([])
  })

  test.skipIf(doors.length === 0)('has types that resolve as its code does', async () => {
    const attw = join(REPOSITORY, 'node_modules/.bin/attw')
    await run(process.execPath, [attw, each.tarball, '--format', 'ascii', ...exceptions(each)], {
      cwd: folder.path,
    })
  })
})

/**
 * What each package is meant not to do: be required where it ships ES modules only, and answer under TypeScript's
 * old "node10" resolution, which knows no exports, where there is more to it than one door.
 */
function exceptions({ formats, doors }: Tarball): string[] {
  if (!formats.includes('cjs')) return ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm']
  return doors.length > 1 ? ['--profile', 'node16'] : []
}
