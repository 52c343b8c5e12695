import type { Command } from 'commander'
import { CommandError, EXIT } from '../command-error.ts'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { ask } from '../hub-client.ts'
import { writeJson } from '../json-output.ts'
import type { Terminal } from '../terminal.ts'
import { traceLines, type TraceDetail } from '../waterfall/trace-lines.ts'

const EXAMPLES = `
Examples:
  hubline trace 4bf92f3577b34da6a3ce929d0e0e4736
  hubline trace 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
      a traceparent header, as it is
  hubline trace 4bf92f3577b34da6a3ce929d0e0e4736 --json | jq '.spans | length'

hubline traces lists the newest.
`

/** `hubline trace`: one trace as a waterfall, with what was said in its course. */
export function traceCommand(program: Command, terminal: Terminal): void {
  withConnection(
    program.command('trace').description('show one trace: its spans, and what was said in its course'),
  )
    .argument('<id>', 'its id of 32 hex digits, or a traceparent')
    .option('--json', 'answer in JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (given: string, options: ConnectionOptions & { json?: true }) => {
      const detail = await ask<TraceDetail>(
        connectionOf(options, terminal),
        'GET',
        `/api/v1/traces/${idOf(given)}`,
      )
      if (options.json) return writeJson(terminal, detail)
      terminal.out.write(`${traceLines(detail, terminal).join('\n')}\n`)
    })
}

function idOf(given: string): string {
  const id = (/^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/i.exec(given)?.[1] ?? given).toLowerCase()
  if (/^[\da-f]{32}$/.test(id)) return id
  throw new CommandError(
    `"${given.slice(0, 100)}" is no trace id; it must be 32 hex digits, or a traceparent`,
    EXIT.usage,
    'usage',
  )
}
