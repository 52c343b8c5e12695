import { fileURLToPath } from 'node:url'

/** The command, as node runs it. */
export const BIN: string = fileURLToPath(new URL('../../packages/cli/src/bin.ts', import.meta.url))

/** How a shell of a test's terminal is told to run `hubline`. */
export const HUBLINE = `${process.execPath} --disable-warning=ExperimentalWarning ${BIN}`
