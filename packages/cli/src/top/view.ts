import type { Connection } from '../hub-client.ts'
import type { Terminal } from '../terminal.ts'
import type { Board } from './board.ts'

/** How wide lines may be and what they are drawn by; milliseconds since the epoch. */
export interface Canvas {
  /** Its `out` is as wide as a line may be. */
  terminal: Terminal
  now: number
}

/** The lines of something that was opened, drawn anew for each width. */
export type Detail = (canvas: Canvas) => string[]

/** One of the pages of `hubline top`. */
export interface View<Item = unknown> {
  name: string
  /** Undefined while nothing was read yet. */
  items(board: Board): readonly Item[] | undefined
  /** What a filter looks in. */
  text(item: Item): string
  /** The head of the table, and a line for each item. */
  lines(items: readonly Item[], canvas: Canvas): string[]
  /** What is said where there are no items. */
  none: string
  /** Lines above the table. */
  above?(board: Board, canvas: Canvas): string[]
  /** Whether the newest is last, and is followed. */
  isLive?: boolean
  open(item: Item, connection: Connection): Promise<Detail>
}

/** A view by its own items; which they are is nobody else's business. */
export function view<Item>(declared: View<Item>): View {
  return declared as unknown as View
}
