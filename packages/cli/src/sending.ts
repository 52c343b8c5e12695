import { hostname } from 'node:os'
import { openEvents, type Draft, type EventClient } from '@hubline/core/adapter'
import type { Command } from 'commander'
import { CommandError, EXIT, SaidError } from './command-error.ts'
import { printable, type Terminal } from './terminal.ts'

export interface SendingOptions {
  url?: string
  token?: string
  source?: string
  env?: string
  instance?: string
  quiet?: true
}

/** What `HUB_SOURCE` falls back to where no package.json names anything. */
const NOBODY = 'unknown_service'

/** What cron needs to know of those that send. */
export const SENDING_HELP = `
Sends by HUB_API_URL, HUB_API_TOKEN, HUB_SOURCE and HUB_ENV; HUB_DIALECT says in whose words. Without HUB_API_URL, and with
HUB_EVENTS_ENABLED=false, it only prints what it would send. What fails in passing is tried again, up to HUB_MAX_RETRIES times.

Exit codes: 0 delivered · 1 refused for what it is · 2 wrong command line or variable · 3 not delivered, later may do · 4 the token is
missing, unknown or of another scope
`

/** Gives a command the options that say who sends, and where to. */
export function withSending(command: Command): Command {
  return command
    .option('--url <url>', 'address of the hub (HUB_API_URL)')
    .option('--token <secret>', 'what opens it; shows in the process list, so prefer HUB_API_TOKEN')
    .option('--source <name>', 'the service that it is about (HUB_SOURCE, else the name in package.json)')
    .option('--env <name>', 'its environment (HUB_ENV, else NODE_ENV, else development)')
    .option('--instance <name>', "which of its instances (HUB_INSTANCE, else the machine's name)")
}

/** The option of those that say on stdout that they have sent something. */
export function withQuiet(command: Command): Command {
  return withSending(command).option('-q, --quiet', 'say nothing when all is well')
}

/**
 * A client for events by options, else variables.
 *
 * @param fallbackSource where neither an option, a variable nor a package.json says whose they are
 * @param instance likewise, where nothing says which of its instances
 */
export function openSending(
  { url, token, source, env, instance }: SendingOptions,
  terminal: Terminal,
  own: { direct: boolean; instance: string; fallbackSource?: string },
): EventClient {
  const say = (line: string): void => void terminal.err.write(`${printable(line)}\n`)
  const open = (name: string | undefined): EventClient =>
    openEvents({
      url,
      token,
      source: name,
      env,
      instance: instance ?? (terminal.env['HUB_INSTANCE'] || own.instance),
      direct: own.direct,
      logger: { error: say, warn: say, info: say, debug: say },
    })
  const client = open(source)
  return client.config.source === NOBODY && own.fallbackSource !== undefined
    ? open(own.fallbackSource)
    : client
}

/**
 * Sends one event, with the lines of the hub's own clients.
 *
 * @throws {CommandError} when it has not arrived
 */
export async function sendOne(options: SendingOptions, terminal: Terminal, draft: Draft): Promise<void> {
  const client = openSending(options, terminal, { direct: true, instance: hostname() })
  if (client.config.source === NOBODY) {
    throw new CommandError('whose event is it? Set HUB_SOURCE, or give --source <name>', EXIT.usage, 'usage')
  }
  // It has said what is missing.
  if (client.config.mode === 'inert') throw new SaidError('nothing can be sent', EXIT.usage)
  const { delivered, reason } = await awake(client.deliver({ priority: 'high', ...draft }))
  const { dropped = {} } = client.stats().events ?? {}
  await client.close(0)
  if (client.config.mode === 'dry-run') return
  if (delivered) {
    if (!options.quiet) terminal.out.write(`[HUB] ✅ Event sent: ${printable(draft.type)}\n`)
    return
  }
  terminal.err.write(`[HUB] ❌ Error sending event: ${printable(reason ?? 'unknown')}\n`)
  const isDenied = /^40[13]\b/.test(reason ?? '')
  const code = isDenied ? EXIT.denied : dropped.unreachable ? EXIT.unreachable : EXIT.failed
  throw new SaidError(reason ?? 'unknown', code)
}

/** Nothing of the client's keeps a process alive. */
async function awake<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, 1000)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
