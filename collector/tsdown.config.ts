import { defineConfig, type UserConfig } from 'tsdown'

// Unbundled: the worker threads are files of their own, found beside the file that starts them.
const config: UserConfig = defineConfig({
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
})

export default config
