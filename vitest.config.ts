import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** They share the modules of their worker; in an order of chance they find the same. */
const UNITS = [
  'packages/*/src/**/*.test.ts',
  'collector/src/**/*.test.ts',
  'test/{conformance,dialects,otlp,ui}/*.test.ts',
]
/** One puts another `node:dns` under its modules, the other measures the memory of its process. */
const ALONE = ['collector/src/outbound/get.test.ts', 'collector/src/limits-memory.test.ts']
const EXCLUDE = ['**/node_modules/**', '**/dist/**']

const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [
      {
        find: /^\.{1,2}\/(.*\/)?worker-file\.ts$/,
        replacement: fileURLToPath(new URL('collector/src/testing/worker-file.ts', import.meta.url)),
      },
    ],
  },
  test: {
    globalSetup: ['collector/src/testing/threads.ts'],
    setupFiles: ['test/support/environment.ts'],
    // Most tests wait for processes and sockets rather than for the processor: on two cores, one worker leaves half of it idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Nothing measures time against these: they only end what hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // Run in the order of their names: the small ones fill what the long ones leave.
    projects: [
      {
        extends: true,
        test: {
          name: 'programs',
          include: [...ALONE, 'test/**/*.test.ts'],
          exclude: [...EXCLUDE, ...UNITS.filter((pattern) => pattern.startsWith('test/'))],
        },
      },
      {
        extends: true,
        test: { name: 'units', include: UNITS, exclude: [...EXCLUDE, ...ALONE], isolate: false },
      },
    ],
  },
})

export default config
