import { defineConfig } from 'tsdown'

// Node strips types but not decorators, so this example is compiled.
export default defineConfig({
  entry: ['src/main.ts', 'src/app.module.ts'],
  format: ['esm'],
  platform: 'node',
  target: 'node22.19',
  dts: false,
  fixedExtension: false,
})
