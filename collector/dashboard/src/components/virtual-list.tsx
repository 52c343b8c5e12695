import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  windowScroll,
} from '@tanstack/virtual-core'
import type { ComponentChildren, JSX } from 'preact'
import { useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks'
import { useKeys } from '../app/keys.ts'
import './virtual-list.css'

interface VirtualListProps<Item> {
  label: string
  items: readonly Item[]
  itemKey: (item: Item, index: number) => string | number
  render: (item: Item, index: number) => ComponentChildren
  /** Pixels of a row; measured where rows differ and `measured` is given. */
  rowHeight: number
  measured?: boolean
  /** Scrolls within this height, such as `60vh`; without one, with the page. */
  height?: string
  /** What Enter and a click do. */
  onOpen?: (item: Item, index: number) => void
  /** The row that is open, told to assistive technology. */
  opened?: number
}

/** A list of any length, of which only the rows in sight are in the page. `j`, `k` and the arrows move, Enter opens. */
export function VirtualList<Item>(props: VirtualListProps<Item>): JSX.Element {
  const { label, items, itemKey, render, rowHeight, measured = false, height, onOpen, opened } = props
  const box = useRef<HTMLDivElement>(null)
  const [, again] = useReducer((turn: number) => turn + 1, 0)
  const [current, setCurrent] = useState<number | undefined>(undefined)
  const focusNext = useRef(false)
  const virtualizer = useVirtualizer({
    box,
    ofPage: height === undefined,
    count: items.length,
    rowHeight,
    again: () => again(undefined as never),
  })

  const go = (to: number) => {
    const index = Math.max(0, Math.min(items.length - 1, to))
    if (items.length === 0) return
    focusNext.current = true
    setCurrent(index)
    virtualizer.scrollToIndex(index)
  }
  const step = (by: number) =>
    go(current === undefined ? (opened ?? (by > 0 ? 0 : items.length - 1)) : current + by)
  useKeys([
    { keys: 'j', label: 'Next row', run: () => step(1) },
    { keys: 'k', label: 'Row before', run: () => step(-1) },
  ])
  useLayoutEffect(() => {
    if (!focusNext.current || current === undefined) return
    const row = box.current?.querySelector<HTMLElement>(`[data-index="${current}"]`)
    if (!row) return
    focusNext.current = false
    row.focus({ preventScroll: true })
  })

  const onKeyDown = (event: KeyboardEvent) => {
    const by = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 20,
      PageUp: -20,
      Home: -items.length,
      End: items.length,
    }[event.key]
    if (by !== undefined) step(by)
    else if (
      event.key === 'Enter' &&
      (event.target as HTMLElement).dataset['index'] !== undefined &&
      current !== undefined &&
      onOpen
    )
      onOpen(items[current]!, current)
    else return
    event.preventDefault()
  }
  const rows = virtualizer.getVirtualItems()
  const margin = virtualizer.options.scrollMargin
  return (
    <div
      ref={box}
      class={height === undefined ? 'virtual' : 'virtual own'}
      style={height === undefined ? {} : { height }}
      onKeyDown={onKeyDown}
    >
      <div role="list" aria-label={label} style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {rows.map(({ index, start }) => {
          const item = items[index]
          if (item === undefined) return null
          return (
            <div
              key={itemKey(item, index)}
              {...(measured && { ref: (row: HTMLElement | null) => virtualizer.measureElement(row) })}
              role="listitem"
              class="row"
              data-index={index}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              aria-current={index === opened ? 'true' : undefined}
              tabIndex={index === (current ?? opened ?? 0) ? 0 : -1}
              style={{
                transform: `translateY(${start - margin}px)`,
                ...(measured ? {} : { height: `${rowHeight}px` }),
              }}
              onFocus={() => setCurrent(index)}
              onClick={onOpen && (() => onOpen(item, index))}
            >
              {render(item, index)}
            </div>
          )
        })}
      </div>
    </div>
  )
}

interface Virtualized {
  box: { current: HTMLDivElement | null }
  ofPage: boolean
  count: number
  rowHeight: number
  again: () => void
}

function useVirtualizer({
  box,
  ofPage,
  count,
  rowHeight,
  again,
}: Virtualized): Virtualizer<Element | Window, HTMLElement> {
  const [virtualizer] = useState(() => {
    return new Virtualizer<Element | Window, HTMLElement>(options())
  })
  function options() {
    const ways = ofPage
      ? {
          observeElementRect: observeWindowRect,
          observeElementOffset: observeWindowOffset,
          scrollToFn: windowScroll,
        }
      : { observeElementRect, observeElementOffset, scrollToFn: elementScroll }
    return {
      ...(ways as unknown as { observeElementRect: never; observeElementOffset: never; scrollToFn: never }),
      count,
      estimateSize: () => rowHeight,
      getScrollElement: () => (ofPage ? window : box.current),
      scrollMargin: ofPage && box.current ? box.current.getBoundingClientRect().top + scrollY : 0,
      initialRect: { width: innerWidth, height: innerHeight },
      overscan: 12,
      onChange: again,
    }
  }
  virtualizer.setOptions(options())
  useLayoutEffect(() => virtualizer._didMount(), [])
  useLayoutEffect(() => virtualizer._willUpdate())
  return virtualizer
}
