import { defineConfig, type UserConfig } from 'tsdown'

const config: UserConfig = defineConfig({
  // The services of the demo are programs of their own.
  entry: ['src/bin.ts', 'src/demo/service.ts'],
  format: ['esm'],
  platform: 'node',
  target: 'node22.19',
  unbundle: true,
  dts: false,
  fixedExtension: false,
})

export default config
