import type { Command } from 'commander'
import { seconds } from '../moments.ts'
import { sendOne, SENDING_HELP, withQuiet, type SendingOptions } from '../sending.ts'
import type { Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  HUB_API_URL=http://127.0.0.1:4318
  */5 * * * *  hubline heartbeat --source backup --interval 5m --quiet
      two lines of a crontab
  0 3 * * *    nightly.sh && hubline heartbeat --source nightly --interval 24h -q
      heard of when it went well; silent in time when it did not, or never ran
  hubline heartbeat --status degraded
`

/** `hubline heartbeat`: says once that a service is alive. */
export function heartbeatCommand(program: Command, terminal: Terminal): void {
  withQuiet(program.command('heartbeat').description('say that a service is alive'))
    .option('--status <word>', 'how it is', 'healthy')
    .option('--interval <duration>', 'when the next one comes at the latest, such as 5m', seconds)
    .addHelpText('after', EXAMPLES + SENDING_HELP)
    .action((options: SendingOptions & { status: string; interval?: number }) => {
      const { status, interval } = options
      const payload = { status, ...(interval !== undefined && { interval_s: interval }) }
      return sendOne(options, terminal, { type: 'AgentHeartbeat', payload, priority: 'normal' })
    })
}
