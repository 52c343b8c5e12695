import type { ComponentChildren, JSX } from 'preact'
import './table.css'

export interface Column<Row> {
  title: string
  /** The cell; nothing is shown as a dash. */
  cell: (row: Row) => ComponentChildren
  /** Of a measure, whose digits stand below each other. */
  number?: boolean
  class?: string
  /** The value in the address' `sort`, where it can be sorted by. */
  sort?: string
}

interface TableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Classes of a row, such as `is-bad`. */
  rowClass?: (row: Row) => string | undefined
  /** What is shown below a row, across all columns. */
  below?: (row: Row) => ComponentChildren
  sorted?: string | undefined
  onSort?: (by: string) => void
}

/**
 * Rows and columns; narrow, each row is a card whose cells carry their column's title. What leads on is a link with
 * `data-row` in the first cell, so that `j`, `k` and Enter work.
 */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  rowClass,
  below,
  sorted,
  onSort,
}: TableProps<Row>): JSX.Element {
  const heading = ({ title, sort }: Column<Row>) =>
    sort && onSort ? (
      <button type="button" onClick={() => onSort(sort)}>
        {title}
        {sorted === sort && <span aria-hidden="true"> ↓</span>}
      </button>
    ) : (
      title
    )
  // The roles outlive the display of a card, which takes those of the elements away.
  return (
    <table class="table" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.title}
              role="columnheader"
              scope="col"
              class={classOf(column)}
              aria-sort={column.sort !== undefined && column.sort === sorted ? 'descending' : undefined}
            >
              {heading(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => {
          const extra = below?.(row)
          return [
            <tr key={rowKey(row)} role="row" class={rowClass?.(row)}>
              {columns.map((column) => {
                const content = column.cell(row)
                const isEmpty =
                  content === null || content === undefined || content === false || content === ''
                return (
                  <td
                    key={column.title}
                    role="cell"
                    data-label={column.title}
                    class={`${classOf(column) ?? ''}${isEmpty ? ' none' : ''}`}
                  >
                    {isEmpty ? '–' : content}
                  </td>
                )
              })}
            </tr>,
            extra && (
              <tr key={`${rowKey(row)} below`} role="row" class="below">
                <td role="cell" colSpan={columns.length}>
                  {extra}
                </td>
              </tr>
            ),
          ]
        })}
      </tbody>
    </table>
  )
}

function classOf<Row>(column: Column<Row>): string | undefined {
  const classes = [column.number && 'number', column.class].filter(Boolean).join(' ')
  return classes === '' ? undefined : classes
}
