import { availableParallelism } from 'node:os'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'collector/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['test/support/environment.ts'],
    // Most tests wait for processes and sockets rather than for the processor: on two cores, one worker leaves half of it idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Nothing measures time against these: they only end what hangs.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
})

export default config
