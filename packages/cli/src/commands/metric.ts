import { InvalidArgumentError, type Command } from 'commander'
import { sendOne, SENDING_HELP, withQuiet, type SendingOptions } from '../sending.ts'
import type { Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  hubline metric daily_orders 42
  hubline metric backup_size 1.7e9 --unit By --period once --source backup
  0 23 * * *  hubline metric signups "$(psql -tAc 'select count(*) from users')" --quiet
  hubline metric temperature -3.5 --unit Cel --period once
`

/** `hubline metric`: reports one number. */
export function metricCommand(program: Command, terminal: Terminal): void {
  withQuiet(program.command('metric').description('report a number'))
    .argument('<name>', 'what was counted or measured')
    .argument('<value>', 'the number', number)
    .option('--unit <unit>', 'what it counts', 'count')
    .option('--period <period>', 'what it was counted over', '24h')
    .addHelpText('after', EXAMPLES + SENDING_HELP)
    .action((metric: string, value: number, options: SendingOptions & { unit: string; period: string }) => {
      const { unit, period } = options
      return sendOne(options, terminal, { type: 'MetricReported', payload: { metric, value, unit, period } })
    })
}

function number(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a number such as 42 or 0.5.')
}
