import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'collector/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['test/support/environment.ts'],
    // Nothing measures time against these: they only end what hangs.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
})

export default config
