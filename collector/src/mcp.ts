export { serveStdio } from './mcp/stdio.ts'
export type { ToolAnswer, ToolCall } from './mcp/stdio.ts'
