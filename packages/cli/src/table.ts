import { printable } from './terminal.ts'
import { pad, widthOf } from './text-width.ts'

/** Lines of columns that are as wide as their widest cell, under a head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [head, ...rows.map((row) => row.map(printable))]
  const widths = head.map((_name, column) => Math.max(...lines.map((line) => widthOf(line[column]!))))
  return lines.map((line) =>
    line
      .map((cell, column) => pad(cell, widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}
