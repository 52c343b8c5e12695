import { duration } from '../moments.ts'
import { printable, styled, type Style, type Terminal } from '../terminal.ts'
import { clip, fit, widthOf } from '../text-width.ts'
import { branch, rowsOf, type Row, type ShownSpan } from './span-tree.ts'

const SERVICE_STYLES: readonly Style[] = ['cyan', 'magenta', 'blue', 'green', 'yellow']
const UNSEEN_COLUMNS = 100
/** Below it there are no bars. */
const LEAST_WITH_BARS = 60
const LEAST_WITH_SERVICES = 80
const DURATION_COLUMNS = 11
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** One line for each span: service, name in the tree, a bar where it lies in the trace, how long it took. */
export function waterfall(spans: readonly ShownSpan[], terminal: Terminal): string[] {
  const style = styled(terminal, terminal.out)
  const columns = terminal.out.columns ?? UNSEEN_COLUMNS
  const rows = rowsOf(spans)
  const services = [...new Set(rows.map(({ span }) => span.service))]
  const longest = Math.max(...services.map((name) => widthOf(printable(name))))
  const serviceColumns = columns < LEAST_WITH_SERVICES ? 0 : Math.min(longest, 18) + 2
  const rest = Math.max(12, columns - serviceColumns - DURATION_COLUMNS - 2)
  const most = Math.max(...rows.map((row) => widthOf(labelOf(row, rest))))
  const barColumns = columns < LEAST_WITH_BARS ? 0 : Math.max(Math.floor(rest * 0.4), rest - most - 2)
  const labelColumns = barColumns === 0 ? rest : rest - barColumns - 2
  const scale = scaleOf(spans)
  return rows.map((row) => {
    const { span } = row
    const own = SERVICE_STYLES[services.indexOf(span.service) % SERVICE_STYLES.length]!
    const hasFailed = span.status.code === 'error'
    const service =
      serviceColumns === 0 ? '' : style(own, fit(printable(span.service), serviceColumns - 2)) + '  '
    const label = fit(labelOf(row, labelColumns), labelColumns)
    const bar = barColumns === 0 ? '' : '  ' + style(hasFailed ? 'red' : own, barOf(span, scale, barColumns))
    const took = duration(span.durationMs).padStart(DURATION_COLUMNS - 2)
    const end = hasFailed ? style('red', `${took} ✗`) : took
    return `${service}${hasFailed ? style('red', label) : label}${bar}  ${end}`
  })
}

function labelOf(row: Row, columns: number): string {
  const lines = branch(row, Math.floor(columns / 2))
  return clip(lines + printable(row.span.name), columns)
}

interface Scale {
  startNs: bigint
  lengthNs: number
}

function scaleOf(spans: readonly ShownSpan[]): Scale {
  let [startNs, endNs] = [BigInt(spans[0]!.startTimeUnixNano), 0n]
  for (const { startTimeUnixNano, durationMs } of spans) {
    const start = BigInt(startTimeUnixNano)
    const end = start + BigInt(Math.round(Math.max(0, durationMs) * 1e6))
    if (start < startNs) startNs = start
    if (end > endNs) endNs = end
  }
  return { startNs, lengthNs: Math.max(1, Number(endNs - startNs)) }
}

/** In eighths of a column at its end, never empty. */
function barOf(
  { startTimeUnixNano, durationMs }: ShownSpan,
  { startNs, lengthNs }: Scale,
  columns: number,
): string {
  const begin = (Number(BigInt(startTimeUnixNano) - startNs) / lengthNs) * columns
  const before = Math.min(columns - 1, Math.round(begin))
  const length = Math.min(((durationMs * 1e6) / lengthNs) * columns, columns - before)
  const eighths = Math.max(1, Math.round(length * 8))
  const bar = '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!
  return fit(' '.repeat(before) + bar, columns)
}
