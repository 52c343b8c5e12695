import { Option, type Command } from 'commander'
import { readInput } from '../input.ts'
import { sendOne, SENDING_HELP, withQuiet, type SendingOptions } from '../sending.ts'
import type { Terminal } from '../terminal.ts'
import { SEVERITIES } from './event.ts'

const EXAMPLES = `
Examples:
  pg_dump shop > shop.sql || hubline error "the dump of shop failed" --severity critical
  python job.py 2> job.err || hubline error "job.py failed" --type JobFailed --trace - < job.err
`

interface Options extends SendingOptions {
  severity: (typeof SEVERITIES)[number]
  type?: string
  trace?: string
}

/** `hubline error`: reports that something failed. */
export function errorCommand(program: Command, terminal: Terminal): void {
  withQuiet(program.command('error').description('report an error'))
    .argument('<message>', 'what went wrong')
    .addOption(new Option('--severity <severity>', 'how grave it is').choices(SEVERITIES).default('error'))
    .option('--type <name>', 'what kind of error it is; errors of a kind are one group')
    .option('--trace <text>', 'its stack, of any runtime; - reads it from stdin')
    .addHelpText('after', EXAMPLES + SENDING_HELP)
    .action(async (message: string, options: Options) => {
      const { severity, type, trace } = options
      const stack = trace === '-' ? await readInput() : trace
      return sendOne(options, terminal, {
        type: 'ErrorReported',
        severity,
        payload: {
          severity,
          message,
          ...(type !== undefined && { error_type: type }),
          ...(stack !== undefined && { trace: stack }),
        },
      })
    })
}
