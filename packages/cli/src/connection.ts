import type { Command } from 'commander'
import { CommandError, EXIT } from './command-error.ts'
import type { Connection } from './hub-client.ts'
import type { Terminal } from './terminal.ts'

const DEFAULT_URL = 'http://127.0.0.1:4318'

export interface ConnectionOptions {
  url?: string
  token?: string
}

/** Gives a command the options that say which collector it speaks to. */
export function withConnection(command: Command): Command {
  return command
    .option('--url <url>', `address of the collector (HUBLINE_URL, HUB_API_URL; default ${DEFAULT_URL})`)
    .option('--token <secret>', 'what opens it; shows in the process list, so prefer HUB_API_TOKEN')
}

/**
 * Options go before variables. Of HUB_API_URL, which leads to where events go, only the origin counts.
 *
 * @throws {CommandError} for what is no http address
 */
export function connectionOf({ url, token }: ConnectionOptions, { env }: Pick<Terminal, 'env'>): Connection {
  const secret = token ?? (env['HUB_API_TOKEN'] || undefined)
  if (url !== undefined) return { url: base('--url', url), token: secret }
  if (env['HUBLINE_URL']) return { url: base('HUBLINE_URL', env['HUBLINE_URL']), token: secret }
  const hub = env['HUB_API_URL']
  return { url: hub ? new URL(base('HUB_API_URL', hub)).origin : DEFAULT_URL, token: secret }
}

function base(name: string, given: string): string {
  const url = URL.parse(given)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new CommandError(
      `${name} is "${given}"; it must be an address such as ${DEFAULT_URL}`,
      EXIT.usage,
      'usage',
    )
  }
  return url.origin + url.pathname.replace(/\/+$/, '')
}
