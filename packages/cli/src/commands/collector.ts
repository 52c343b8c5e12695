import type { Command } from 'commander'
import { CommandError, EXIT } from '../command-error.ts'
import { printable, styled, type Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  hubline
  hubline --port 4400 --data ./data
  HUBLINE_GRPC_PORT=4317 HUBLINE_RETENTION=30d hubline
  HUBLINE_TOKENS="admin:*:$SECRET" hubline --host 0.0.0.0
      open to other machines, which needs tokens
`

/** `hubline collector`, and `hubline` alone: a collector in this process, until it is told to stop. */
export function collectorCommand(program: Command, terminal: Terminal): void {
  program
    .command('collector')
    .description('start a collector; so does hubline without a command')
    .argument('[flags...]', 'those of the collector; hubline collector --help lists them')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (flags: string[]) => {
      // oxlint-disable-next-line no-restricted-imports -- The one command that loads the collector and its database.
      const { ConfigError, runFromCommandLine } = await import('@hubline/collector')
      const help = await runFromCommandLine(flags, terminal.env, (collector) =>
        terminal.out.write(announcement(collector, terminal)),
      ).catch((error: Error) => {
        if (error instanceof ConfigError) throw new CommandError(error.message, EXIT.usage, 'usage')
        throw error
      })
      // It is as long as the name of the collector's own command.
      if (help === undefined) return
      terminal.out.write(help.replace('hubline-collector', 'hubline collector') + EXAMPLES)
    })
}

interface Listening {
  url: string
  dashboardUrl: string
  dataDir: string
  grpcPort: number | undefined
  extraPorts: readonly number[]
}

/** What to open, and what to set where. A sign-in link is there only where the collector has tokens. */
function announcement(collector: Listening, terminal: Terminal): string {
  const { url, dashboardUrl, dataDir, grpcPort, extraPorts } = collector
  const style = styled(terminal, terminal.out)
  const hasTokens = dashboardUrl.includes('/ui/login?')
  const rows = [
    ['page', dashboardUrl + (hasTokens ? '   (signs in once)' : '')],
    ...(extraPorts.length > 0 ? [['also on', `port ${extraPorts.join(', ')}`]] : []),
    ...(grpcPort === undefined ? [] : [['gRPC', `OTLP on port ${grpcPort}`]]),
    ['data', printable(dataDir)],
  ]
  const token = '<an ingest token>'
  const hub = [`HUB_API_URL=${url}`, ...(hasTokens ? [`HUB_API_TOKEN=${token}`] : [])]
  const otel = [
    `OTEL_EXPORTER_OTLP_ENDPOINT=${url}`,
    ...(hasTokens ? [`OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20${token}`] : []),
  ]
  return [
    style('bold', `Hubline collector ready at ${url}`),
    '',
    ...rows.map(([name, value]) => `  ${style('dim', name!.padEnd(8))}${value}`),
    '',
    'An app, a cron job or the hubline command is told where it is by',
    ...hub.map((line) => `  ${line}`),
    'and any OpenTelemetry SDK by',
    ...otel.map((line) => `  ${line}`),
    ...(hasTokens
      ? ['A token for an app is made by', '  hubline token create <app> --scope ingest --source <app>']
      : []),
    '',
  ]
    .map((line) => `${line}\n`)
    .join('')
}
