import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { HubOptions } from '../config/options.ts'
import { resolveConfig } from '../config/resolve.ts'
import { Hub } from '../hub.ts'

export type Answerer = (request: IncomingMessage, response: ServerResponse, lines: string[]) => void

interface World {
  origin: string
  /** The path of each request. */
  asked: string[]
  warnings: string[]
  open(more?: HubOptions, env?: Record<string, string>): Hub
}

/** A server that answers as it is told, and a hub that says to it what it has to say. */
export async function world(answer: Answerer, options: HubOptions = {}): Promise<World> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      asked.push(request.url!)
      answer(request, response, Buffer.concat(chunks).toString().split('\n'))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const warnings: string[] = []
  const warn = (line: string): void => void warnings.push(line)
  const logger = { error: warn, warn, info() {}, debug() {} }
  const open = (more: HubOptions = {}, env: Record<string, string> = {}): Hub => {
    const all = {
      url: `${origin}/api/v1/hub`,
      compression: 'none',
      batchTimeout: 5,
      ...options,
      ...more,
    } as const
    const { config } = resolveConfig(all, { NODE_ENV: 'production', ...env }, '/')
    const hub = new Hub(config, logger)
    onTestFinished(() => hub.close(100))
    return hub
  }
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin, asked, warnings, open }
}

export const count = (asked: readonly string[], end: string): number =>
  asked.filter((url) => url.endsWith(end)).length
