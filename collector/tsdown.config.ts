import { defineConfig, type UserConfig } from 'tsdown'

// Unbundled: the worker threads are files of their own, found beside the file that starts them.
const server: UserConfig = {
  entry: [
    'src/index.ts',
    'src/bin.ts',
    'src/mcp.ts',
    'src/store/sqlite/writer/thread.ts',
    'src/store/sqlite/reader/thread.ts',
  ],
  format: ['esm'],
  platform: 'node',
  target: 'node22.19',
  unbundle: true,
  dts: true,
  fixedExtension: false,
}

// The page: one script for browsers, beside its markup and styles as they are.
const page: UserConfig = {
  entry: ['src/ui/main.ts'],
  outDir: 'dist/ui',
  tsconfig: 'src/ui/tsconfig.json',
  format: ['esm'],
  platform: 'browser',
  target: 'es2024',
  dts: false,
  fixedExtension: false,
  copy: ['src/ui/*.{html,css,svg}'],
}

const config: UserConfig[] = defineConfig([server, page])

export default config
