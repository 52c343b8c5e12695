import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../packages/cli/src/bin.ts', import.meta.url))

/** How a shell of a test's terminal is told to run `hubline`. */
export const HUBLINE = `${process.execPath} --disable-warning=ExperimentalWarning ${BIN}`
