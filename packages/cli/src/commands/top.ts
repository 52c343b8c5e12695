import type { Command } from 'commander'
import { CommandError, EXIT } from '../command-error.ts'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import type { Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  hubline top
  hubline top --url https://hub.example.com
      with a token of the scope read in HUB_API_TOKEN; p on the bus wants one that may send, too
  hubline top --url http://mesh:8000
      of a server that is only an event bus it shows that

Keys: 1 services · 2 feed · 3 errors · 4 traces · 5 or b bus · ↑↓ choose · enter open · esc back · / filter · space pause · p publish a test
event on the bus · ? all keys · q quit
`

/** `hubline top`: everything at a glance, and as it happens, in the terminal. */
export function topCommand(program: Command, terminal: Terminal): void {
  withConnection(
    program.command('top').description('watch services, events, errors, traces and the bus in the terminal'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (options: ConnectionOptions) => {
      const connection = connectionOf(options, terminal)
      if (!terminal.out.isTTY || !process.stdin.isTTY) {
        throw new CommandError(
          'top draws on a terminal, and this is none; hubline services, errors, traces and tail write to pipes',
          EXIT.usage,
          'usage',
        )
      }
      // Only here: React looks at it once, and measures itself without end in development.
      process.env['NODE_ENV'] = 'production'
      const { startTop } = await import('../top/start.ts')
      await startTop(connection, terminal)
    })
}
