import { InvalidArgumentError, Option, type Command } from 'commander'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { eventLine, type ShownEvent } from '../event-line.ts'
import { follow, type Following } from '../follow.ts'
import { since } from '../moments.ts'
import { printable, printableJson, type Terminal } from '../terminal.ts'
import { SEVERITIES } from './event.ts'

const EXAMPLES = `
Examples:
  hubline tail
  hubline tail --source shop --min-severity warning
  hubline tail --type 'shop.order.*,MetricReported' --since 10m
  hubline tail --json --type ErrorReported | jq -r .payload.message

A connection that is cut is made again, and goes on where it was: nothing is missed or shown twice.
`
const FILTERS = [
  ['--source <name>', 'only of this source'],
  ['--type <types>', 'only of this type; ending in * of all that begin so; several with commas between'],
  ['--severity <severities>', 'only of these severities, commas between'],
  ['--env <name>', 'only of this environment'],
  ['--instance <name>', 'only of this instance'],
  ['--correlation-id <id>', 'only with this correlation id'],
  ['--trace-id <id>', 'only of this trace'],
  ['--priority <priority>', 'only of this priority'],
  ['--tags <tags>', 'only with all of these tags, commas between'],
  ['--text <text>', 'only with this text somewhere in their JSON'],
] as const

interface Options extends ConnectionOptions, Record<string, unknown> {
  since?: string
  count?: number
  json?: true
}

/** `hubline tail`: shows events as they are stored. */
export function tailCommand(program: Command, terminal: Terminal): void {
  const command = program.command('tail').description('show events as they come')
  for (const [flags, description] of FILTERS) command.option(flags, description)
  command
    .addOption(new Option('--min-severity <severity>', 'only this grave, or graver').choices(SEVERITIES))
    .option('--since <time>', 'begin with what came since then; RFC 3339, or so long ago: 10m', since)
    .option('--cursor <cursor>', 'begin after the event with this cursor')
    .option('-n, --count <number>', 'end after so many', whole)
    .option('--json', 'one JSON object on each line')
    .addHelpText('after', EXAMPLES)
  withConnection(command).action(async (options: Options) => {
    const { json, count = Number.POSITIVE_INFINITY } = options
    let left = count
    for await (const text of follow(connectionOf(options, terminal), queryOf(options), telling(terminal))) {
      terminal.out.write(
        json ? `${printableJson(text)}\n` : `${eventLine(JSON.parse(text) as ShownEvent, terminal)}\n`,
      )
      if (--left <= 0) return
    }
  })
}

/** What is said on stderr of a connection that is cut. */
function telling({ err }: Terminal): Following {
  return {
    lost: ({ message }) => void err.write(`hubline: ${printable(message)}; trying again\n`),
    again: () => void err.write('hubline: connected again\n'),
  }
}

function queryOf(options: Options): URLSearchParams {
  const query = new URLSearchParams()
  for (const name of [
    ...FILTERS.map(([flags]) => flags.slice(2).split(' ')[0]!),
    'min-severity',
    'since',
    'cursor',
  ]) {
    const value = options[name.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase())]
    if (value !== undefined) query.set(name.replace('-', '_'), String(value))
  }
  return query
}

function whole(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number from 1 on.')
}
