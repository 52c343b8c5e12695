import { createReadStream } from 'node:fs'
import type { Command } from 'commander'
import { CommandError, EXIT } from '../command-error.ts'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { parse, readText, type Connection } from '../hub-client.ts'
import { insist, lines, open, PassingError } from '../stream-client.ts'
import { printable, type Terminal } from '../terminal.ts'

const BATCH_LINES = 500
const BATCH_CHARACTERS = 1024 * 1024
const MOST_TOLD = 10
const EXAMPLES = `
Examples:
  hubline import shop.jsonl events.ndjson
  gunzip -c events.ndjson.gz | hubline import
  hubline import dump.jsonl --from-line 20001
      after one that stopped at line 20000

Takes lines as hubline export and the file exporter of the OpenTelemetry Collector write them, traces, logs, metrics and events
mixed as they come. Events and spans that are there already stay what they are; log records and metrics have no id, and
are there twice when they are imported twice. They are received now: how long they are kept counts from the import.
`
const OTLP = { resourceSpans: 'traces', resourceLogs: 'logs', resourceMetrics: 'metrics' } as const
const OTLP_LINE = /^\s*\{\s*"(resourceSpans|resourceLogs|resourceMetrics)"/

interface Totals {
  lines: number
  duplicates: number
  expired: number
  refused: number
}

/** `hubline import`: sends what was exported to a collector, through the same doors as any sender. */
export function importCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('import')
    .description('send exported lines to a collector')
    .argument('[files...]', 'what to read; - or none is stdin')
    .option('--from-line <number>', 'begin with this line of the first file', '1')
    .addHelpText('after', EXAMPLES)
  withConnection(command).action(
    async (files: string[], options: ConnectionOptions & { fromLine: string }) => {
      const connection = connectionOf(options, terminal)
      const from = /^[1-9]\d{0,14}$/.test(options.fromLine) ? Number(options.fromLine) : undefined
      if (from === undefined) {
        throw new CommandError(
          `--from-line is "${options.fromLine}"; it must be the number of a line, from 1 on`,
          EXIT.usage,
          'usage',
        )
      }
      const totals: Totals = { lines: 0, duplicates: 0, expired: 0, refused: 0 }
      for (const [index, file] of (files.length === 0 ? ['-'] : files).entries()) {
        await importFile(connection, file, index === 0 ? from : 1, totals, terminal)
      }
      const { duplicates, expired, refused } = totals
      const notes = [
        ...(duplicates > 0 ? [`${duplicates} events were there already`] : []),
        ...(expired > 0 ? [`${expired} events are from before what is kept, and were not stored`] : []),
        ...(refused > 0 ? [`${refused} items or lines were refused`] : []),
      ]
      terminal.err.write(`${[`Imported ${totals.lines} lines`, ...notes].join('; ')}.\n`)
      if (refused > 0) throw new CommandError('not everything was taken', EXIT.failed, 'refused')
    },
  )
}

/** A body that is sent at once, and the lines that it is made of. */
interface Batch {
  path: string
  type: string
  text: string
  first: number
  last: number
}

async function importFile(
  connection: Connection,
  file: string,
  from: number,
  totals: Totals,
  terminal: Terminal,
): Promise<void> {
  const source = file === '-' ? process.stdin : createReadStream(file)
  let next = from
  try {
    for await (const batch of batches(lines(source as AsyncIterable<Uint8Array>), from)) {
      const refusals = await insist(() => send(connection, batch, totals))
      for (const refusal of refusals) {
        if (totals.refused++ >= MOST_TOLD) continue
        terminal.err.write(`${printable(file)}, from line ${batch.first} on: ${printable(refusal)}\n`)
      }
      totals.lines += batch.last - batch.first + 1
      next = batch.last + 1
    }
  } catch (error) {
    const { syscall, code: reason } = error as NodeJS.ErrnoException
    if (syscall === 'open' || reason === 'EISDIR')
      throw new CommandError(`cannot read ${printable(file)}: ${reason}`, EXIT.usage, 'unreadable')
    const { message, exitCode = EXIT.failed, code = 'failed' } = error as CommandError
    throw new CommandError(
      `${message}; in ${printable(file)} it stopped before line ${next}, go on with --from-line ${next}`,
      typeof exitCode === 'number' ? exitCode : EXIT.failed,
      code,
    )
  }
}

async function* batches(source: AsyncIterable<string>, from: number): AsyncGenerator<Batch> {
  let events: Batch | undefined
  let number = 0
  for await (const line of source) {
    number++
    if (number < from || line.trim() === '') continue
    const signal = signalOf(line)
    const isFull =
      events && (number - events.first >= BATCH_LINES || events.text.length + line.length > BATCH_CHARACTERS)
    if (events && (isFull || signal !== undefined)) {
      yield events
      events = undefined
    }
    if (signal !== undefined) {
      yield { path: `/v1/${signal}`, type: 'application/json', text: line, first: number, last: number }
    } else if (events) {
      events.text += `\n${line}`
      events.last = number
    } else {
      const type = 'application/x-ndjson'
      events = { path: '/api/v1/hub/events', type, text: line, first: number, last: number }
    }
  }
  if (events) yield events
}

/** Undefined for a hub event. */
function signalOf(line: string): (typeof OTLP)[keyof typeof OTLP] | undefined {
  const quick = OTLP_LINE.exec(line)?.[1]
  if (quick !== undefined) return OTLP[quick as keyof typeof OTLP]
  if (!line.includes('"resource')) return undefined
  const value = parse(line)
  const key = (Object.keys(OTLP) as (keyof typeof OTLP)[]).find((name) =>
    Object.hasOwn(Object(value) as object, name),
  )
  return key && OTLP[key]
}

interface Told {
  duplicates?: number
  expired?: number
  rejected?: { message: string }[]
  partialSuccess?: { errorMessage?: string } & Record<string, unknown>
}

/** @returns why something was refused, once for each item or line. */
async function send(connection: Connection, { path, type, text }: Batch, totals: Totals): Promise<string[]> {
  let response: Response
  try {
    response = await open(connection, 'POST', path, { text, type })
  } catch (error) {
    const isFinal = error instanceof PassingError || (error as CommandError).exitCode !== EXIT.failed
    if (isFinal) throw error
    // A line that no collector takes does not hold up the others.
    return [(error as Error).message]
  }
  const told = (parse(await readText(response)) ?? {}) as Told
  totals.duplicates += told.duplicates ?? 0
  totals.expired += told.expired ?? 0
  const partial = told.partialSuccess
  const count = Object.entries(partial ?? {}).reduce(
    (sum, [name, value]) => (name.startsWith('rejected') ? sum + Number(value) : sum),
    0,
  )
  const refused = told.rejected?.map(({ message }) => message) ?? []
  return [...refused, ...Array.from({ length: count }, () => partial?.errorMessage ?? 'refused')]
}
