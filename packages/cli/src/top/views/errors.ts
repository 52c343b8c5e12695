import { ask } from '../../hub-client.ts'
import { ago } from '../../moments.ts'
import { errorsTable, type ErrorGroup } from '../../rows/errors.ts'
import { tableLines } from '../../table.ts'
import { printable, styled } from '../../terminal.ts'
import { wrap } from '../../text-width.ts'
import { view, type View } from '../view.ts'

interface Whole extends ErrorGroup {
  first_seen: string
  versions: string[]
  example: { at: string; stacktrace: string; trace_id: string | null; instance: string | null } | null
}

const MOST_LINES = 200

export const errorsView: View = view<ErrorGroup>({
  name: 'errors',
  none: 'There are no open errors.',
  items: (board) => board.errors,
  text: ({ service, type, message, culprit, state }) => [service, state, type, message, culprit].join(' '),
  lines: (groups, { terminal, now }) => tableLines(terminal, errorsTable(groups, now)),
  async open({ id }, connection) {
    const group = await ask<Whole>(connection, 'GET', `/api/v1/errors/${id}`)
    return ({ terminal, now }) => {
      const { service, type, message, count, state, first_seen, last_seen, versions, culprit, example } =
        group
      const style = styled(terminal, terminal.out)
      const columns = terminal.out.columns ?? 80
      const facts = [
        `${service}, ${state}`,
        count === 1 ? 'once' : `${count} times`,
        `first ${ago(first_seen, now)}, last ${ago(last_seen, now)}`,
        ...(versions.length > 0 ? [`in ${versions.join(', ')}`] : []),
      ]
      const stack = example?.stacktrace.split('\n').slice(0, MOST_LINES) ?? []
      return [
        ...wrap(printable(type === '' ? message : `${type}: ${message}`), columns).map((line) =>
          style('red', line),
        ),
        ...wrap(printable(facts.join(' · ')), columns),
        ...(culprit === null ? [] : [`at ${printable(culprit)}`]),
        ...(example?.trace_id ? [`trace ${printable(example.trace_id)}`] : []),
        ...(stack.length > 0 ? ['', ...stack.flatMap((line) => wrap(printable(line), columns))] : []),
      ]
    }
  },
})
