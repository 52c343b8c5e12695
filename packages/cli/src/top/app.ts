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
    const press = pressOf(input, key)
    if (press) session.press(press)
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

/** Of what is pasted the text alone; undefined for what means nothing here. */
function pressOf(input: string, key: Key): Press | undefined {
  const named = NAMED.find(([name]) => key[name])
  if (named) return { name: named[1], text: '' }
  const text = input.replace(/\p{Cc}/gu, '')
  return text === '' || key.ctrl || key.meta ? undefined : { name: 'text', text }
}
