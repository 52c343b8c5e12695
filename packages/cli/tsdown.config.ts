import { defineConfig, type UserConfig } from 'tsdown'

const config: UserConfig = defineConfig({
  entry: ['src/bin.ts'],
  format: ['esm'],
  platform: 'node',
  target: 'node22.19',
  unbundle: true,
  dts: false,
  fixedExtension: false,
})

export default config
