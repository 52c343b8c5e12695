import type { JSX } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { useKeys } from '../../app/keys.ts'
import { useQuery, useQueryList } from '../../app/router.ts'
import { Dropdown } from '../../components/dropdown.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { ticks } from '../../format/axis.ts'
import { count, duration } from '../../format/numbers.ts'
import type { Shares } from './critical-path.ts'
import { Minimap } from './minimap.tsx'
import type { Moment } from './moments.ts'
import { rowsOf, SHOWN, type Shown } from './rows.ts'
import { SpanRow } from './span-row.tsx'
import type { PlacedSpan } from './tree.ts'
import { useView, type View } from './view.ts'

const TICKS = 5
const ROW_PX = 27
const WORDS: Record<Shown, string> = { all: 'all spans', critical: 'critical path', failed: 'failures' }

interface WaterfallProps {
  placed: readonly PlacedSpan[]
  shares: Shares
  moments: readonly Moment[]
  lengthMs: number
}

/** Spans as bars on one time axis, children below their parents; each opens to show its attributes. */
export function Waterfall({ placed, shares, moments, lengthMs }: WaterfallProps): JSX.Element {
  const [query, change] = useQuery()
  const [shut, toggleShut] = useQueryList('shut')
  const view = useView(lengthMs)
  const shown = SHOWN.find((each) => each === query.get('show')) ?? 'all'
  const text = query.get('q') ?? ''
  const opened = query.get('span')
  const list = useRef<HTMLDivElement>(null)
  const marks = useMemo(() => Map.groupBy(moments, ({ spanId }) => spanId), [moments])
  const { rows, found } = useMemo(
    () => rowsOf(placed, shares, { shown, text, shut: new Set(shut) }),
    [placed, shares, shown, text, shut],
  )
  const openRow = rows.findIndex((index) => placed[index]!.span.spanId === opened)
  const open = (index: number) => {
    const { spanId } = placed[index]!.span
    change({ span: spanId === opened ? '' : spanId }, { replace: true })
  }
  const inFocus = (): PlacedSpan | undefined => {
    const row = list.current?.querySelector<HTMLElement>(':focus-within.row, .row:focus')
    const index = row ? rows[Number(row.dataset['index'])] : undefined
    return index === undefined ? undefined : placed[index]
  }
  const setShut = (isShut: boolean) => {
    const each = inFocus()
    if (each && each.below > 0 && shut.includes(each.span.spanId) !== isShut) toggleShut(each.span.spanId)
  }
  useKeys([
    { keys: '+', label: 'Zoom in', run: () => view.zoom(0.5) },
    { keys: '-', label: 'Zoom out', run: () => view.zoom(2) },
    { keys: '0', label: 'Show the whole trace', run: () => view.show(0, lengthMs) },
    { keys: '[', label: 'Earlier', run: () => view.move(-0.25) },
    { keys: ']', label: 'Later', run: () => view.move(0.25) },
    { keys: 'z', label: 'Zoom to the span in focus', run: () => zoomTo(inFocus(), view) },
    { keys: 'ArrowLeft', label: 'Hide what is below the span', run: () => setShut(true) },
    { keys: 'ArrowRight', label: 'Show what is below the span', run: () => setShut(false) },
  ])
  useEffect(() => {
    const box = list.current!
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return
      event.preventDefault()
      view.zoom(event.deltaY > 0 ? 1.25 : 0.8)
    }
    box.addEventListener('wheel', onWheel, { passive: false })
    return () => box.removeEventListener('wheel', onWheel)
  }, [view])
  return (
    <section aria-label="Waterfall" class="part">
      <div class="bar">
        <SearchField label="Search spans" placeholder="Name, attribute, or key=value" />
        <Dropdown
          label="Show"
          value={shown}
          set={(to) => change({ show: to === 'all' ? '' : to })}
          options={SHOWN.map((value) => ({ value, label: WORDS[value] }))}
        />
        {found && (
          <p class="note" role="status">
            {count(found.size)} of {count(placed.length)}
          </p>
        )}
        <div class="actions">
          {shut.length > 0 && (
            <button type="button" onClick={() => change({ shut: '' })}>
              Expand all
            </button>
          )}
          <button type="button" aria-label="Zoom out" disabled={view.isWhole} onClick={() => view.zoom(2)}>
            −
          </button>
          <button type="button" aria-label="Zoom in" onClick={() => view.zoom(0.5)}>
            +
          </button>
          <button type="button" disabled={view.isWhole} onClick={() => view.show(0, lengthMs)}>
            Whole trace
          </button>
        </div>
      </div>
      <div class="panel waterfall" ref={list}>
        <div class="scale">
          <Minimap placed={placed} lengthMs={lengthMs} view={view} />
          <Axis view={view} />
        </div>
        {rows.length === 0 && <p class="nothing">No span is like that.</p>}
        <VirtualList
          label="Spans"
          items={rows}
          itemKey={(index) => `${index} ${placed[index]!.span.spanId}`}
          rowHeight={ROW_PX}
          measured
          onOpen={open}
          {...(openRow >= 0 && { opened: openRow })}
          render={(index) => (
            <SpanRow
              placed={placed[index]!}
              selfMs={shares.selfMs[index]!}
              critical={shares.critical.get(index)}
              moments={marks.get(placed[index]!.span.spanId)}
              view={view}
              isFound={found === undefined || found.has(index)}
              isShut={shut.includes(placed[index]!.span.spanId)}
              isOpen={placed[index]!.span.spanId === opened}
              toggle={toggleShut}
            />
          )}
        />
      </div>
    </section>
  )
}

function Axis({ view }: { view: View }): JSX.Element {
  const length = view.to - view.from
  return (
    <div class="axis" aria-hidden="true">
      {ticks(length, TICKS).map((time) => (
        <span key={time} style={{ '--at': length > 0 ? time / length : 0 }}>
          {view.isWhole ? duration(time) : `+${duration(view.from + time)}`}
        </span>
      ))}
    </div>
  )
}

/** With a little room around the span. */
function zoomTo(placed: PlacedSpan | undefined, view: View): void {
  if (!placed || placed.durationMs === 0) return
  const room = placed.durationMs / 20
  view.show(placed.startMs - room, placed.startMs + placed.durationMs + room)
}
