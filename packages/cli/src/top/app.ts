import { Box, render, Text, useInput, useWindowSize, type Key } from 'ink'
import { createElement, useSyncExternalStore, type ReactNode } from 'react'
import type { Connection } from '../hub-client.ts'
import type { Terminal } from '../terminal.ts'
import type { Board } from './board.ts'
import { draw } from './draw.ts'
import type { Press, Session } from './session.ts'

const FRAMES_PER_SECOND = 15

export interface AppProps {
  board: Board
  session: Session
  connection: Connection
  env: Terminal['env']
}

/** Draws on the terminal's other screen until somebody quits; then the terminal is as it was. */
export function showApp(props: AppProps): { ended: Promise<unknown>; quit(): void } {
  const app = render(createElement(App, props), {
    alternateScreen: true,
    // Where a terminal is, somebody looks at it, also in CI.
    interactive: true,
    incrementalRendering: true,
    maxFps: FRAMES_PER_SECOND,
  })
  return { ended: app.waitUntilExit(), quit: () => app.unmount() }
}

function App({ board, session, connection, env }: AppProps): ReactNode {
  useSyncExternalStore(board.subscribe, board.version)
  const { columns, rows } = useWindowSize()
  useInput((input, key) => {
    for (const press of pressesOf(input, key)) session.press(press)
  })
  const lines = draw({ board, session, connection, env, columns, rows })
  return createElement(
    Box,
    { flexDirection: 'column', width: columns, height: rows, overflow: 'hidden' },
    lines.map((line, index) =>
      createElement(Text, { key: index, wrap: 'truncate-end' }, line === '' ? ' ' : line),
    ),
  )
}

const NAMED = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'pageUp'],
  ['pageDown', 'pageDown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
] as const satisfies readonly [keyof Key, Press['name']][]

const CONTROLS: Record<string, Press['name']> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
}

/** What was pressed; whoever types fast, or pastes, presses several at a time. */
function pressesOf(input: string, key: Key): Press[] {
  const named = NAMED.find(([name]) => key[name])
  if (named) return [{ name: named[1], text: '' }]
  if (key.ctrl) return []
  const presses = [...input].flatMap((character): Press[] => {
    const name = CONTROLS[character]
    if (name) return [{ name, text: '' }]
    return /\p{Cc}/u.test(character) ? [] : [{ name: 'text', text: character }]
  })
  // Escape and a key right after it come as that key with Alt, which means nothing here.
  return key.meta ? [{ name: 'escape', text: '' }, ...presses] : presses
}
