import { Option, type Command } from 'commander'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { ask } from '../hub-client.ts'
import { writeJson } from '../json-output.ts'
import { since } from '../moments.ts'
import { tracesTable, type TraceSummary } from '../rows/traces.ts'
import { writeTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  hubline traces --service shop --status error
  hubline traces --service shop --operation /orders/:id --min-duration 250ms --since 1h
  hubline traces --order longest --limit 5
`

interface Page {
  data: TraceSummary[]
  has_more: boolean
}

interface Options extends ConnectionOptions {
  service?: string
  operation?: string
  status?: string
  minDuration?: string
  since?: string
  order: string
  limit: string
  json?: true
}

/** `hubline traces`: the newest or longest traces with a span that is as asked for. */
export function tracesCommand(program: Command, terminal: Terminal): void {
  withConnection(program.command('traces').description('list traces, newest first'))
    .option('--service <name>', 'with a span of this service')
    .option('--operation <name>', 'of this name, or with this route')
    .addOption(new Option('--status <status>', 'with this status').choices(['error', 'ok', 'unset']))
    .option('--min-duration <duration>', 'that took so long, such as 250ms')
    .option('--since <time>', 'that started since then; RFC 3339, or so long ago: 10m', since)
    .addOption(new Option('--order <order>', 'which first').choices(['newest', 'longest']).default('newest'))
    .option('--limit <number>', 'how many', '20')
    .option('--json', 'answer in JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      const { service, operation, status, minDuration, order, limit } = options
      const given = {
        service,
        operation,
        status,
        min_duration: minDuration,
        since: options.since,
        order,
        limit,
      }
      const query = new URLSearchParams(
        Object.entries(given).filter((pair): pair is [string, string] => !!pair[1]),
      )
      const page = await ask<Page>(
        connectionOf(options, terminal),
        'GET',
        `/api/v1/traces?${query.toString()}`,
      )
      if (options.json) return writeJson(terminal, page)
      writeTable(terminal, { ...tracesTable(page.data, Date.now()), none: 'There are no such traces.' })
    })
}
