import { readFileSync } from 'node:fs'
import { defineConfig, type Rolldown, type UserConfig } from 'tsdown'

const shared: UserConfig = {
  format: ['esm'],
  platform: 'node',
  target: 'node22.19',
  fixedExtension: false,
}

const BUNDLED = '@bufbuild/protobuf'

/** A worker thread, found beside the file that starts it: as one file it starts in a third of the time. */
export const thread = (name: 'reader' | 'writer'): UserConfig => ({
  ...shared,
  entry: { [`store/sqlite/${name}/thread`]: `src/store/sqlite/${name}/thread.ts` },
  dts: false,
  deps: { alwaysBundle: [/^@hubline\/core/, new RegExp(`^${BUNDLED}`)], onlyAllowBundle: [BUNDLED] },
  plugins: [licenses(`store/sqlite/${name}/licenses.md`)],
})

const config: UserConfig[] = defineConfig([
  { ...shared, entry: ['src/index.ts', 'src/bin.ts', 'src/mcp.ts'], unbundle: true, dts: true },
  thread('writer'),
  thread('reader'),
])

export default config

/** Keeps what the bundled modules say above their code of whose they are. */
function licenses(fileName: string): Rolldown.Plugin {
  return {
    name: 'licenses',
    generateBundle(_, chunks) {
      const modules = Object.values(chunks).flatMap((chunk) =>
        chunk.type === 'chunk' ? chunk.moduleIds : [],
      )
      const notices = modules
        .filter((id) => id.includes(`/node_modules/${BUNDLED}/`))
        .map((id) => /^(?:\/\/.*\n)+/.exec(readFileSync(id, 'utf8'))?.[0] ?? '')
      const source = [...new Set(notices)].join('\n').replaceAll(/^\/\/ ?/gm, '')
      this.emitFile({ type: 'asset', fileName, source: `# ${BUNDLED}\n\n${source}` })
    },
  }
}
