import { randomUUID } from 'node:crypto'
import { constants } from 'node:os'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { SaidError } from '../command-error.ts'
import { ProgramReport } from '../running/report.ts'
import { runProgram } from '../running/program.ts'
import { openSending, withSending, type SendingOptions } from '../sending.ts'
import { printable, type Terminal } from '../terminal.ts'

/** How long the last events may take to leave after the program's end. */
const FAREWELL_MS = 2000
/** As shells have it. */
const EXIT_NOT_FOUND = 127
const EXIT_NOT_RUN = 126
const EXIT_SIGNAL = 128

const EXAMPLES = `
Examples:
  HUB_API_URL=http://127.0.0.1:4318 hubline run -- python worker.py
  hubline run --source backup -- sh -c 'pg_dump shop | gzip > shop.sql.gz'
  hubline run --no-stderr -- top
      a program that draws on the terminal itself

For programs that say nothing themselves. It is registered, started, heard of every HUB_HEARTBEAT_INTERVAL (60s), and stopped, or crashed
with its exit code or signal and the end of what it wrote to stderr, which also is an error. Stopped means an exit with 0, or after
a signal that asked it to go.

Stdin and stdout are the program's own; stderr passes through, so a program sees a pipe there unless --no-stderr is given.
Signals are passed on. The exit code is that of the program, whatever becomes of the events; 127 where there is no such program,
126 where it cannot be run.
`

/** `hubline run`: runs any program and tells a hub of its life. */
export function runCommand(program: Command, terminal: Terminal): void {
  withSending(program.command('run').description('run a program and tell of its life and its end'))
    .argument('<command>', 'the program')
    .argument('[args...]', 'what it is given')
    .option('--no-stderr', 'leave stderr alone: the end of it is not told')
    .passThroughOptions()
    .addHelpText('after', EXAMPLES)
    .action(async (command: string, args: string[], options: SendingOptions & { stderr: boolean }) => {
      const client = openSending(options, terminal, {
        direct: false,
        instance: randomUUID(),
        fallbackSource: basename(command),
      })
      const report = new ProgramReport(client, terminal, command)
      const ending = await runProgram([command, ...args], {
        readsStderr: options.stderr,
        onStart: (pid) => report.started(pid),
      })
      report.ended(ending)
      const { code, signal, failure } = ending
      if (failure !== undefined) terminal.err.write(`hubline: cannot run ${printable(command)}: ${failure}\n`)
      await client.close(FAREWELL_MS)
      if (failure !== undefined)
        throw new SaidError(failure, failure === 'ENOENT' ? EXIT_NOT_FOUND : EXIT_NOT_RUN)
      if (signal !== null) await endBy(signal)
      if (code !== 0) throw new SaidError(`exit ${code}`, code ?? EXIT_SIGNAL + constants.signals[signal!])
    })
}

/** Ends this process as the program ended; returns where the signal is ignored, as the first process of a container does. */
async function endBy(signal: NodeJS.Signals): Promise<void> {
  process.kill(process.pid, signal)
  await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS))
}
