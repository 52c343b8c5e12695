import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { CommandError, EXIT, SaidError } from './command-error.ts'
import { backupCommand } from './commands/backup.ts'
import { collectorCommand } from './commands/collector.ts'
import { completionCommand } from './commands/completion.ts'
import { contractCommand } from './commands/contract.ts'
import { demoCommand } from './commands/demo.ts'
import { doctorCommand } from './commands/doctor.ts'
import { errorCommand } from './commands/error.ts'
import { eventCommand } from './commands/event.ts'
import { errorsCommand } from './commands/errors.ts'
import { exportCommand } from './commands/export.ts'
import { heartbeatCommand } from './commands/heartbeat.ts'
import { importCommand } from './commands/import.ts'
import { mcpCommand } from './commands/mcp.ts'
import { metricCommand } from './commands/metric.ts'
import { runCommand } from './commands/run.ts'
import { servicesCommand } from './commands/services.ts'
import { tailCommand } from './commands/tail.ts'
import { tokenCommand } from './commands/token.ts'
import { topCommand } from './commands/top.ts'
import { typesCommand } from './commands/types.ts'
import { traceCommand } from './commands/trace.ts'
import { tracesCommand } from './commands/traces.ts'
import { helpText } from './help-text.ts'
import { printable, styled, type Terminal } from './terminal.ts'

/** Every command, in the order of the help. Each adds itself, and loads what is heavy when it runs. */
const COMMANDS: readonly ((program: Command, terminal: Terminal) => void)[] = [
  collectorCommand,
  demoCommand,
  topCommand,
  runCommand,
  heartbeatCommand,
  metricCommand,
  eventCommand,
  errorCommand,
  tailCommand,
  servicesCommand,
  tracesCommand,
  traceCommand,
  errorsCommand,
  mcpCommand,
  doctorCommand,
  tokenCommand,
  typesCommand,
  contractCommand,
  exportCommand,
  importCommand,
  backupCommand,
  completionCommand,
]

/**
 * Runs one command line, without the program's name.
 *
 * @returns the exit code, as `EXIT` lists them
 * @example
 * process.exitCode = await run(['token', 'list'], terminal)
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command('hubline')
    .description('Starts a collector, reports to one and reads from it.')
    .version(version(), '-V, --version')
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => void terminal.out.write(helpText(text, terminal.out.columns ?? 100)),
      writeErr: (text) => void terminal.err.write(text),
      getOutHelpWidth: () => terminal.out.columns ?? 100,
      getErrHelpWidth: () => terminal.err.columns ?? 100,
    })
    .showHelpAfterError('(--help tells more)')
    .addHelpText('after', HELP)
  for (const add of COMMANDS) add(program, terminal)
  try {
    await program.parseAsync(startsCollector(args) ? ['collector', ...args] : args, { from: 'user' })
    return EXIT.ok
  } catch (error) {
    // Commander has said what it had to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    if (error instanceof SaidError) return error.exitCode
    return tell(error as Error, args.includes('--json'), terminal)
  }
}

const HELP = `
Examples:
  hubline                                          a collector on this machine
  hubline demo                                     one with services and traffic, to look around
  hubline doctor                                   whether events arrive, and if not, why
  hubline run -- python worker.py                  tells of any program's life
  hubline heartbeat --source backup --interval 5m  from cron
  hubline tail --min-severity warning              what goes wrong, as it does
  hubline top                                      all of it at a glance
  hubline <command> --help                         more of each

Exit codes: 0 done · 1 refused or failed · 2 wrong command line · 3 no collector answers · 4 not allowed
Variables:  to read, HUBLINE_URL or HUB_API_URL; to send, HUB_API_URL, HUB_SOURCE, HUB_ENV; HUB_API_TOKEN, NO_COLOR
`

/** Without a command, with or without flags. */
function startsCollector([first]: readonly string[]): boolean {
  return first === undefined || (first.startsWith('-') && !/^(-h|--help|-V|--version)$/.test(first))
}

function tell(error: Error, asJson: boolean, terminal: Terminal): number {
  const { code, exitCode } = error instanceof CommandError ? error : new CommandError(error.message)
  const red = styled(terminal, terminal.err)
  const text = asJson
    ? JSON.stringify({ error: code, message: error.message })
    : `${red('red', 'hubline:')} ${printable(error.message)}`
  terminal.err.write(`${text}\n`)
  return exitCode
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
