import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { zone } from '../../app/preferences.ts'
import { useStore } from '../../app/store.ts'
import { counted, duration } from '../../format/numbers.ts'
import { clock, shortTime } from '../../format/time.tsx'
import { countIn, ordered, type Cells, type Grid } from './grid.ts'

const ROW_PX = 13
const MOST_TIMES = 5

interface HeatmapProps {
  grid: Grid
  /** Milliseconds since the epoch, and of durations. */
  choose: (chosen: { since: number; until: number; min: number; max: number }) => void
}

/** How many spans took how long when. Dragging, or the arrows with Shift, select; letting go, or Enter, chooses. */
export function Heatmap({ grid, choose }: HeatmapProps): JSX.Element {
  const { times, limits, cells, errors, most } = grid
  const box = useRef<HTMLDivElement>(null)
  const [selected, select] = useState<Cells>()
  const isDragged = useRef(false)
  const zoneNow = useStore(zone)
  const [columns, rows] = [cells.length, limits.length]

  const cellAt = ({ clientX, clientY }: PointerEvent) => {
    const { left, top, width, height } = box.current!.getBoundingClientRect()
    return {
      column: within(Math.floor(((clientX - left) / width) * columns), columns),
      row: within(rows - 1 - Math.floor(((clientY - top) / height) * rows), rows),
    }
  }
  const take = (cells: Cells) => {
    const { column, row, toColumn, toRow } = ordered(cells)
    select(undefined)
    choose({
      since: times[column]!,
      until: times[toColumn + 1]!,
      min: limits[row]! / 2,
      max: limits[toRow]!,
    })
  }
  const onPointerDown = (event: PointerEvent) => {
    box.current!.setPointerCapture(event.pointerId)
    isDragged.current = true
    const { column, row } = cellAt(event)
    select({ column, row, toColumn: column, toRow: row })
  }
  const onPointerMove = (event: PointerEvent) => {
    const { column, row } = cellAt(event)
    if (!isDragged.current || !selected) select({ column, row, toColumn: column, toRow: row })
    else select({ ...selected, toColumn: column, toRow: row })
  }
  const onPointerUp = () => {
    isDragged.current = false
    if (selected) take(selected)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key]
    if (by) {
      const now = selected ?? { column: columns, row: 0, toColumn: columns, toRow: 0 }
      const toColumn = within(now.toColumn + by[0]!, columns)
      const toRow = within(now.toRow + by[1]!, rows)
      select(event.shiftKey ? { ...now, toColumn, toRow } : { column: toColumn, row: toRow, toColumn, toRow })
    } else if (event.key === 'Enter' && selected) take(selected)
    else if (event.key === 'Escape' && selected) select(undefined)
    else return
    event.preventDefault()
  }
  const shown = selected && ordered(selected)
  return (
    <div class="heatmap">
      <div class="levels" aria-hidden="true">
        {limits.map((limit, row) =>
          row % Math.ceil(rows / 6) === 0 ? (
            <span key={limit} style={{ '--at': (row + 1) / rows }}>
              {duration(limit)}
            </span>
          ) : null,
        )}
      </div>
      <div
        ref={box}
        class="cells"
        role="group"
        tabIndex={0}
        aria-label="Spans by time and duration: arrows move, Shift selects, Enter chooses"
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={() => !isDragged.current && select(undefined)}
        onKeyDown={onKeyDown}
        onBlur={() => select(undefined)}
      >
        <svg
          viewBox={`0 0 ${columns} ${rows}`}
          preserveAspectRatio="none"
          style={{ height: `${rows * ROW_PX}px` }}
          aria-hidden="true"
        >
          {cells.map((each, column) =>
            each.map((count, row) =>
              count > 0 ? (
                <rect
                  key={`${column} ${row}`}
                  x={column}
                  y={rows - 1 - row}
                  width={0.92}
                  height={0.88}
                  opacity={0.2 + (0.8 * Math.log1p(count)) / Math.log1p(most)}
                />
              ) : null,
            ),
          )}
          {shown && (
            <rect
              class="selected"
              x={shown.column}
              y={rows - 1 - shown.toRow}
              width={shown.toColumn - shown.column + 1}
              height={shown.toRow - shown.row + 1}
            />
          )}
        </svg>
      </div>
      <svg class="fails" viewBox={`0 0 ${columns} 1`} preserveAspectRatio="none" aria-hidden="true">
        {errors.map((count, column) =>
          count > 0 ? <rect key={column} x={column} y={0} width={0.92} height={1} /> : null,
        )}
      </svg>
      <div class="times" aria-hidden="true">
        {times.map((time, index) =>
          index % Math.ceil(columns / MOST_TIMES) === 0 && index < columns ? (
            <span key={time} style={{ '--at': index / columns }}>
              {shortTime(time, zoneNow)}
            </span>
          ) : null,
        )}
      </div>
      <p class="note told" role="status">
        {shown
          ? `${clock(times[shown.column]!, zoneNow).slice(0, 8)} to ${clock(times[shown.toColumn + 1]!, zoneNow).slice(0, 8)}, ${duration(limits[shown.row]! / 2)} to ${duration(limits[shown.toRow]!)}: ${counted(countIn(grid, shown), 'span')}`
          : 'Drag across what you want to see. Red below: failures.'}
      </p>
    </div>
  )
}

function within(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index))
}
