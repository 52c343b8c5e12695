import type { Command } from 'commander'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { callTool } from '../remote-tools.ts'
import type { Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  hubline mcp --url https://hub.example.com
      as an agent starts it
  {"mcpServers": {"hubline": {"command": "npx", "args": ["hubline", "mcp"]}}}
      as most agents have it in a file of settings; HUBLINE_URL and HUB_API_TOKEN go into its "env"

Tools: services, errors, error, search_traces, trace, search_events, search_logs, timeline. All of them only read: HUB_API_TOKEN takes a
token of the scope read (hubline token create agent --scope read). An agent that speaks HTTP needs no command: the collector answers at /mcp.
`

/** `hubline mcp`: tools for coding agents over stdin and stdout. */
export function mcpCommand(program: Command, terminal: Terminal): void {
  withConnection(
    program
      .command('mcp')
      .description('serve tools for coding agents over stdin and stdout (Model Context Protocol)'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (options: ConnectionOptions) => {
      const connection = connectionOf(options, terminal)
      if (process.stdin.isTTY)
        terminal.err.write('hubline: waits for an agent on stdin; --help shows how to tell yours of it\n')
      // oxlint-disable-next-line no-restricted-imports -- Its list of tools, loaded by this command alone.
      const { serveStdio } = await import('@hubline/collector/mcp')
      await serveStdio(program.version() ?? '', (name, given) => callTool(connection, name, given))
    })
}
