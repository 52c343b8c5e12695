import { Argument, type Command } from 'commander'
import { CommandError } from '../command-error.ts'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import type { Connection } from '../hub-client.ts'
import { fileOutput, screenOutput, type Output } from '../output.ts'
import { body, insist, lines, open, PassingError } from '../stream-client.ts'
import { printable, type Terminal } from '../terminal.ts'

const SIGNALS = ['traces', 'logs', 'metrics', 'events'] as const
const FILTERS = ['service', 'source', 'since', 'until'] as const
const EXAMPLES = `
Examples:
  hubline export traces --service shop --since 2026-01-31 --output shop.jsonl
  hubline export events | gzip > events.ndjson.gz
  hubline export logs --url http://old:4318 | hubline import --url http://new:4318

Traces, logs and metrics are OTLP/JSON, one export request on each line; events are hub events. A connection that is cut goes
on where it was.
`

type Options = ConnectionOptions & Partial<Record<(typeof FILTERS)[number] | 'output' | 'cursor', string>>

/** `hubline export`: everything of one signal, line by line. */
export function exportCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('export')
    .description('write everything of one signal, line by line')
    .addArgument(new Argument('<signal>', 'what to export').choices(SIGNALS))
    .option('--service <name>', 'only of this service; of events, of this source')
    .option('--source <name>', 'the same')
    .option('--since <time>', 'only what happened at or after this time; RFC 3339')
    .option('--until <time>', 'only what happened before this time')
    .option('--output <file>', 'where to write it, a file that is not there yet; default stdout')
    .option('--cursor <cursor>', 'go on where an export stopped, with the cursor that it said')
    .addHelpText('after', EXAMPLES)
  withConnection(command).action(async (signal: string, options: Options) => {
    const connection = connectionOf(options, terminal)
    const { output } = options
    const target = output === undefined ? screenOutput(terminal.out) : await fileOutput(output)
    const state: State = { cursor: options.cursor, written: 0 }
    try {
      await insist((getsOn) => readOn(connection, queryOf(signal, options), state, target, getsOn))
    } catch (error) {
      if (state.written === 0) {
        await target.drop()
        throw error
      }
      await target.done()
      const { message, exitCode, code } = error as CommandError
      const until = `${state.written} lines were written; go on with --cursor ${state.cursor}`
      throw new CommandError(`${message}; ${until}`, exitCode, code)
    }
    await target.done()
    const where = output === undefined ? '' : ` to ${printable(output)}`
    terminal.err.write(`Exported ${state.written} lines${where}.\n`)
  })
}

interface State {
  cursor: string | undefined
  written: number
}

function queryOf(signal: string, options: Options): URLSearchParams {
  const query = new URLSearchParams({ signal, cursors: 'true' })
  for (const name of FILTERS) if (options[name] !== undefined) query.set(name, options[name])
  return query
}

/** A line is written when the cursor behind it has come, so that none is written twice after a cut. */
async function readOn(
  connection: Connection,
  query: URLSearchParams,
  state: State,
  target: Output,
  getsOn: () => void,
): Promise<void> {
  if (state.cursor !== undefined) query.set('cursor', state.cursor)
  const response = await open(connection, 'GET', `/api/v1/export?${query.toString()}`)
  let held: string | undefined
  for await (const line of lines(body(response, connection.url))) {
    const cursor = cursorOf(line)
    if (cursor === undefined) {
      held = line
      continue
    }
    if (held !== undefined) {
      await target.write(`${held}\n`)
      state.written++
      held = undefined
    }
    if (cursor === null) return
    state.cursor = cursor
    getsOn()
  }
  throw new PassingError(
    new CommandError(`the answer of ${connection.url} ended before its end`, undefined, 'cut_off'),
  )
}

/** Undefined where the line is one of data; null at the end. */
function cursorOf(line: string): string | null | undefined {
  if (!line.startsWith('{"next_cursor":')) return undefined
  return (JSON.parse(line) as { next_cursor: string | null }).next_cursor
}
