import { Option, type Command } from 'commander'
import { CommandError, EXIT } from '../command-error.ts'
import { sendOne, SENDING_HELP, withQuiet, type SendingOptions } from '../sending.ts'
import { readInput } from '../input.ts'
import type { Terminal } from '../terminal.ts'

export const SEVERITIES = ['debug', 'info', 'warning', 'error', 'critical'] as const

const EXAMPLES = `
Examples:
  hubline event shop.stock.counted --data '{"sku": "tea", "left": 7}'
  hubline event DeploySignal --data '{"version": "1.4.0"}' --source shop --tag release
  jq -c '{lines: length}' report.json | hubline event shop.report.written --data -
`

interface Options extends SendingOptions {
  data?: string
  severity?: (typeof SEVERITIES)[number]
  tag: string[]
  correlationId?: string
}

/** `hubline event`: sends an event of any type. */
export function eventCommand(program: Command, terminal: Terminal): void {
  withQuiet(program.command('event').description('send an event of any type'))
    .argument('<type>', 'best named <service>.<domain>.<action>, or one of the native types')
    .option('--data <json>', 'its payload, a JSON object; - reads it from stdin')
    .addOption(new Option('--severity <severity>', 'how grave it is').choices(SEVERITIES))
    .option('--tag <tag>', 'a tag; may be given again', (tag: string, tags: string[]) => [...tags, tag], [])
    .option('--correlation-id <id>', 'what it belongs to')
    .addHelpText('after', EXAMPLES + SENDING_HELP)
    .action(async (type: string, options: Options) => {
      const { data, severity, tag: tags, correlationId } = options
      const payload = data === undefined ? {} : objectOf(data === '-' ? await readInput() : data)
      return sendOne(options, terminal, {
        type,
        payload,
        tags,
        ...(severity && { severity }),
        ...(correlationId !== undefined && { correlationId }),
      })
    })
}

function objectOf(text: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw wrong((error as Error).message)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw wrong(`got ${Array.isArray(value) ? 'an array' : JSON.stringify(value).slice(0, 100)}`)
}

function wrong(what: string): CommandError {
  return new CommandError(`--data must be a JSON object such as {"sku": "tea"}: ${what}`, EXIT.usage, 'usage')
}
