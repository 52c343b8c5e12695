import type { CallToolResult } from '@modelcontextprotocol/server'
import { serveStdio as serve, StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { toolServer } from './server.ts'

/** What a tool answered, as the protocol has it. */
export type ToolAnswer = CallToolResult

/** Asks a collector for what a tool answers; rejects with a message for the agent. */
export type ToolCall = (name: string, given: Record<string, unknown>) => Promise<ToolAnswer>

/**
 * Serves the tools of a collector over stdin and stdout. The tools are listed at once, also while no collector answers.
 *
 * @returns when stdin has ended
 * @example
 * await serveStdio('1.2.3', (name, given) => askCollector(name, given))
 */
export async function serveStdio(version: string, call: ToolCall): Promise<void> {
  const ended = Promise.withResolvers<void>()
  const transport = new StdioServerTransport()
  process.stdin.once('end', ended.resolve).once('close', ended.resolve)
  const handle = serve(() => toolServer(version, (name, given) => call(name, given).catch(failure)), {
    transport,
    maxSubscriptions: 0,
  })
  await ended.promise
  await handle.close()
}

function failure(error: unknown): ToolAnswer {
  return { content: [{ type: 'text', text: (error as Error).message }], isError: true }
}
