import type { Command } from 'commander'
import { CommandError, EXIT } from '../command-error.ts'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { ask } from '../hub-client.ts'
import { writeJson } from '../json-output.ts'
import { duration } from '../moments.ts'
import { printable, styled, type Terminal } from '../terminal.ts'
import { clip } from '../text-width.ts'
import { said, type Said } from '../waterfall/said.ts'
import type { ShownSpan } from '../waterfall/span-tree.ts'
import { waterfall } from '../waterfall/waterfall.ts'

const EXAMPLES = `
Examples:
  hubline trace 4bf92f3577b34da6a3ce929d0e0e4736
  hubline trace 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
      a traceparent header, as it is
  hubline trace 4bf92f3577b34da6a3ce929d0e0e4736 --json | jq '.spans | length'

hubline traces lists the newest.
`

interface Detail extends Said {
  trace_id: string
  services: string[]
  start: string | null
  duration_ms: number | null
  counts: { spans: number; errors: number; logs: number; events: number }
  spans: ShownSpan[]
  exceptions: { type?: string; message?: string; service?: string }[]
  truncated: boolean
}

/** `hubline trace`: one trace as a waterfall, with what was said in its course. */
export function traceCommand(program: Command, terminal: Terminal): void {
  withConnection(
    program.command('trace').description('show one trace: its spans, and what was said in its course'),
  )
    .argument('<id>', 'its id of 32 hex digits, or a traceparent')
    .option('--json', 'answer in JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (given: string, options: ConnectionOptions & { json?: true }) => {
      const detail = await ask<Detail>(
        connectionOf(options, terminal),
        'GET',
        `/api/v1/traces/${idOf(given)}`,
      )
      if (options.json) return writeJson(terminal, detail)
      terminal.out.write(`${linesOf(detail, terminal).join('\n')}\n`)
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

function linesOf(detail: Detail, terminal: Terminal): string[] {
  const { trace_id, spans, start, duration_ms, services, counts, truncated } = detail
  const style = styled(terminal, terminal.out)
  const facts = [
    ...(start === null ? [] : [start]),
    ...(duration_ms === null ? [] : [duration(duration_ms)]),
    counted(counts.spans, 'span'),
    counted(services.length, 'service'),
    ...(counts.errors > 0 ? [style('red', counted(counts.errors, 'error'))] : []),
  ]
  const story = said(detail, start, terminal)
  return [
    style('bold', `Trace ${trace_id}`),
    facts.join(' · '),
    ...(spans.length > 0 ? ['', ...waterfall(spans, terminal)] : []),
    ...failuresOf(detail, terminal),
    ...(story.length > 0 ? ['', ...story] : []),
    ...(truncated ? ['', style('yellow', 'There is more of it than is shown; its counts are of all.')] : []),
  ]
}

/** What the spans that failed say of it, each once. */
function failuresOf({ spans }: Detail, terminal: Terminal): string[] {
  const columns = terminal.out.columns ?? Number.POSITIVE_INFINITY
  const style = styled(terminal, terminal.out)
  const failures = spans
    .filter(({ status }) => status.code === 'error' && status.message !== '')
    .map(({ service, status }) => printable(`✗ ${service}: ${status.message}`))
  const lines = [...new Set(failures)].map((line) => style('red', clip(line, columns)))
  return lines.length > 0 ? ['', ...lines] : []
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
