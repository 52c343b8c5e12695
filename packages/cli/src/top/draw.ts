import type { Connection } from '../hub-client.ts'
import { printable, styled, type Terminal } from '../terminal.ts'
import { widthOf } from '../text-width.ts'
import type { Board } from './board.ts'
import { countsOf } from './counts.ts'
import type { Session } from './session.ts'
import type { Canvas } from './view.ts'

/** Marks the chosen line also where there are no colours. */
const GUTTER = 2
const STREAMS = { live: ['green', '● live'], lost: ['red', '○ lost'], none: ['dim', '○ no feed'] } as const

export interface Drawn {
  board: Board
  session: Session
  connection: Connection
  env: Terminal['env']
  columns: number
  rows: number
}

/** All lines of the screen, none wider than it, as many as it has. */
export function draw(drawn: Drawn): string[] {
  const { board, session, env, columns, rows } = drawn
  const terminal = terminalOf(env, columns)
  const canvas = { terminal: terminalOf(env, Math.max(1, columns - GUTTER)), now: Date.now() }
  const room = Math.max(1, rows - 4)
  const body = bodyLines(drawn, canvas, room)
  const lines = [
    headLine(drawn, terminal),
    tabsLine(session, terminal),
    ...Array.from({ length: room }, (_, index) => body[index] ?? ''),
    messageLine(board, session, terminal),
    keysLine(session, terminal),
  ]
  return lines.slice(0, rows)
}

function terminalOf(env: Terminal['env'], columns: number): Terminal {
  const screen = { isTTY: true, columns, write: () => true }
  return { env, out: screen, err: screen }
}

function headLine({ board, connection }: Drawn, terminal: Terminal): string {
  const style = styled(terminal, terminal.out)
  const [colour, word] = STREAMS[board.stream]
  const services = countsOf(board.services?.map(({ state }) => state) ?? [])
  const facts = [
    style(colour, word),
    ...(board.stream === 'live' ? [`${board.rate.toFixed(board.rate < 10 ? 1 : 0)} events/s`] : []),
    ...(services === '' ? [] : [printable(services)]),
    style('dim', connection.url),
  ]
  return `${style('bold', 'hubline')}  ${facts.join('  ')}`
}

function tabsLine({ views, view }: Session, terminal: Terminal): string {
  const style = styled(terminal, terminal.out)
  return views
    .map((each, index) => {
      const tab = `${index + 1} ${each.name}`
      return each === view ? style('inverse', `[${tab}]`) : ` ${tab} `
    })
    .join(' ')
}

function bodyLines(drawn: Drawn, canvas: Canvas, room: number): string[] {
  const { session } = drawn
  session.page = Math.max(1, room - 2)
  if (session.isHelp) return indented(HELP, room)
  if (session.detail) {
    const lines = session.detail(canvas)
    session.scrolled = Math.min(session.scrolled, Math.max(0, lines.length - room))
    return indented(lines.slice(session.scrolled), room)
  }
  return listLines(drawn, canvas, room)
}

function listLines({ board, session }: Drawn, canvas: Canvas, room: number): string[] {
  const { view } = session
  const above = indented(view.above?.(board, canvas) ?? [], Math.max(0, room - 4))
  const items = session.items()
  const problem = board.problems.get(view.name)
  if (!items?.length) {
    const said =
      problem ?? (items === undefined ? 'Reading …' : session.filter === '' ? view.none : 'Nothing fits.')
    return [...above, ...indented([printable(said)], room)]
  }
  const height = Math.max(1, room - above.length - 1)
  const isFollowed = view.isLive === true && !session.frozen
  const chosen = isFollowed ? items.length - 1 : Math.min(session.chosen, items.length - 1)
  const first = Math.max(0, Math.min(chosen - Math.floor(height / 2), items.length - height))
  const [head = '', ...lines] = view.lines(items.slice(first, first + height), canvas)
  const style = styled(canvas.terminal, canvas.terminal.out)
  const rows = lines.map((line, index) =>
    !isFollowed && first + index === chosen ? `› ${style('inverse', line)}` : `  ${line}`,
  )
  return [...above, ...(head === '' ? [] : [`  ${head}`]), ...rows]
}

function indented(lines: readonly string[], room: number): string[] {
  return lines.slice(0, room).map((line) => `  ${line}`)
}

function messageLine(board: Board, session: Session, terminal: Terminal): string {
  const style = styled(terminal, terminal.out)
  if (session.isTyping) return `${style('bold', '/')}${printable(session.filter)}█`
  const problem = board.problems.get(session.view.name)
  const notes = [
    ...(board.message === '' ? [] : [style('yellow', printable(board.message))]),
    ...(problem && session.items()?.length ? [style('red', printable(problem))] : []),
    ...(session.filter === '' ? [] : [`only with "${printable(session.filter)}"`]),
    ...(session.frozen
      ? [style('yellow', `paused, ${board.feed.count - session.frozenAt} more: space goes on`)]
      : []),
    ...(session.view.isLive && board.feed.skipped > 0
      ? [style('dim', `${board.feed.skipped} came too fast to be shown`)]
      : []),
  ]
  return notes.join('  ')
}

function keysLine({ view, detail, isTyping }: Session, terminal: Terminal): string {
  const keys = isTyping
    ? ['enter keep', 'esc drop']
    : detail
      ? ['esc back', '↑↓ scroll', 'q quit']
      : [
          ...(view.name === 'bus' ? ['p publish a test event'] : []),
          '↑↓ choose',
          'enter open',
          '/ filter',
          ...(view.isLive ? ['space pause'] : []),
          '1-5 views',
          '? keys',
          'q quit',
        ]
  const style = styled(terminal, terminal.out)
  let used = 0
  // Of those that do not fit the last ones are under `?`.
  const fitting = keys.filter((key) => (used += widthOf(key) + 3) <= (terminal.out.columns ?? 80) + 3)
  return style('dim', fitting.join(' · '))
}

const HELP = [
  '1 services · 2 feed · 3 errors · 4 traces · 5 or b the event bus · tab the next one',
  '',
  '↑ ↓ j k        choose, and scroll what is open',
  'page up/down   the same by pages; g and G to the beginning and the end',
  'enter          open: the instances of a service, an event, a stack, a waterfall',
  'esc            back; drops the filter; a feed that stands goes on',
  '/              show only what has a text; enter keeps it',
  'space          let the feed stand, or go on',
  'p              on the bus: publish a test event',
  'q, ctrl-c      quit',
  '',
  'Any key closes this.',
]
