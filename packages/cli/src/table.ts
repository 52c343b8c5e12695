import { printable, styled, type Style, type Terminal } from './terminal.ts'
import { clip, pad, widthOf } from './text-width.ts'

const GAP = 2
const LEAST_COLUMNS = 8
/** Of the first column, while others can be cut. */
const LEAST_NAME = 24

/** Lines of columns that are as wide as their widest cell, under a head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [head, ...rows.map((row) => row.map(printable))]
  const widths = widthsOf(lines)
  return lines.map((line) =>
    line
      .map((cell, column) => pad(cell, widths[column]!))
      .join(' '.repeat(GAP))
      .trimEnd(),
  )
}

export interface StyledRow {
  cells: readonly string[]
  /** By the number of the column. */
  styles: Readonly<Record<number, Style>>
}

/** What a table shows. */
export interface Table {
  head: readonly string[]
  rows: readonly StyledRow[]
}

/** Writes a table, or what is said where it has no rows. */
export function writeTable(terminal: Terminal, { none, ...table }: Table & { none: string }): void {
  const { out, err } = terminal
  if (table.rows.length === 0) return void err.write(`${none}\n`)
  out.write(`${tableLines(terminal, table).join('\n')}\n`)
}

/** Its head and its rows, as wide as the terminal at the most: the last column is cut first, then the widest ones, names last. */
export function tableLines(terminal: Terminal, { head, rows }: Table): string[] {
  const { out } = terminal
  const style = styled(terminal, out)
  const cells = rows.map((row) => row.cells.map(printable))
  const widths = widthsOf([head, ...cells])
  if (out.isTTY) narrow(widths, out.columns ?? 80)
  const line = (texts: readonly string[], styles: StyledRow['styles']): string =>
    texts
      .map((text, column) => {
        const shown = clip(text, widths[column]!)
        const padded = column === texts.length - 1 ? shown : pad(shown, widths[column]!)
        return styles[column] ? style(styles[column], padded) : padded
      })
      .join(' '.repeat(GAP))
      .trimEnd()
  const lines = cells.map((texts, row) => line(texts, rows[row]!.styles))
  return [style('bold', line(head, {})), ...lines]
}

function widthsOf(lines: readonly (readonly string[])[]): number[] {
  return lines[0]!.map((_name, column) => Math.max(...lines.map((line) => widthOf(line[column]!))))
}

function narrow(widths: number[], columns: number): void {
  const over = (): number => widths.reduce((sum, width) => sum + width + GAP, -GAP) - columns
  const last = widths.length - 1
  widths[last] = Math.max(Math.min(widths[last]!, LEAST_COLUMNS), widths[last]! - Math.max(0, over()))
  while (over() > 0) {
    // What rows are known by goes last.
    const spare = widths.map((width, column) => width - (column === 0 ? LEAST_NAME : LEAST_COLUMNS))
    const widest = spare.indexOf(Math.max(...spare))
    if (spare[widest]! > 0) widths[widest]!--
    else if (widths[0]! > LEAST_COLUMNS) widths[0]!--
    else return
  }
}
