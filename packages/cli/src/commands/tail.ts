import { InvalidArgumentError, Option, type Command } from 'commander'
import type { CommandError } from '../command-error.ts'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { eventLine, type ShownEvent } from '../event-line.ts'
import type { Connection } from '../hub-client.ts'
import { since } from '../moments.ts'
import { messages } from '../server-sent.ts'
import { body, lines, open, PassingError } from '../stream-client.ts'
import { printable, printableJson, type Terminal } from '../terminal.ts'
import { SEVERITIES } from './event.ts'

const MOST_WAIT_MS = 10_000
const FIRST_WAIT_MS = 250
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
    for await (const text of follow(connectionOf(options, terminal), queryOf(options), terminal)) {
      terminal.out.write(
        json ? `${printableJson(text)}\n` : `${eventLine(JSON.parse(text) as ShownEvent, terminal)}\n`,
      )
      if (--left <= 0) return
    }
  })
}

/** Events as JSON, for ever; what fails before anything has come is told at once. */
async function* follow(
  connection: Connection,
  query: URLSearchParams,
  terminal: Terminal,
): AsyncGenerator<string> {
  let failures = 0
  let isKnown = false
  let wasTold = false
  for (;;) {
    try {
      const response = await open(connection, 'GET', `/api/v1/hub/stream?${query.toString()}`)
      if (wasTold) terminal.err.write('hubline: connected again\n')
      failures = 0
      wasTold = false
      // Until there is a cursor: by the clock of the collector, not by ours.
      if (!isKnown && !query.has('cursor') && !query.has('since')) beginNow(query, response)
      isKnown = true
      for await (const { id, data } of messages(lines(body(response, connection.url)))) {
        if (data !== undefined) yield data
        if (id === undefined) continue
        query.set('cursor', id)
        query.delete('since')
      }
    } catch (error) {
      if (!(error instanceof PassingError) || !isKnown) throw error
      if (!wasTold) lost(error, terminal)
      wasTold = true
    }
    const wait = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++)
    await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)))
  }
}

function beginNow(query: URLSearchParams, response: Response): void {
  const date = Date.parse(response.headers.get('date') ?? '')
  if (!Number.isNaN(date)) query.set('since', new Date(date).toISOString())
}

function lost({ message }: CommandError, { err }: Terminal): void {
  err.write(`hubline: ${printable(message)}; trying again\n`)
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
