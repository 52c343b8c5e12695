import { InvalidArgumentError, type Command } from 'commander'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { ask } from '../hub-client.ts'
import { writeJson } from '../json-output.ts'
import { since } from '../moments.ts'
import { errorsTable, type ErrorGroup } from '../rows/errors.ts'
import { writeTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  hubline errors
  hubline errors --service shop --since 24h
  hubline errors --state open,regressed,resolved,muted --json
`
interface Options extends ConnectionOptions {
  service?: string
  env?: string
  state: string
  since?: string
  limit: string
  json?: true
}

/** `hubline errors`: groups of errors, seen last first. */
export function errorsCommand(program: Command, terminal: Terminal): void {
  withConnection(program.command('errors').description('list groups of errors, seen last first'))
    .option('--service <name>', 'only of this service')
    .option('--env <name>', 'only of this environment')
    .option('--state <states>', 'in these states, commas between', 'open,regressed')
    .option('--since <time>', 'seen since then; RFC 3339, or so long ago: 24h', since)
    .option('--limit <number>', 'how many', whole, '20')
    .option('--json', 'answer in JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      const { service, env, state, limit } = options
      const given = { service, env, state, since: options.since, limit }
      const query = new URLSearchParams(
        Object.entries(given).filter((pair): pair is [string, string] => !!pair[1]),
      )
      const path = `/api/v1/errors?${query.toString()}`
      const page = await ask<{ data: ErrorGroup[] }>(connectionOf(options, terminal), 'GET', path)
      if (options.json) return writeJson(terminal, page)
      writeTable(terminal, { ...errorsTable(page.data, Date.now()), none: 'There are no such errors.' })
    })
}

function whole(text: string): string {
  if (/^[1-9]\d{0,5}$/.test(text)) return text
  throw new InvalidArgumentError('It must be a whole number from 1 on.')
}
