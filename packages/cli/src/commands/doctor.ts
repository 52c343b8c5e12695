import type { Command } from 'commander'
import { SaidError } from '../command-error.ts'
import { examineCollector } from '../doctor/collector.ts'
import type { Finding } from '../doctor/finding.ts'
import { admit } from '../doctor/patient.ts'
import { examineService } from '../doctor/service.ts'
import { examineDelivery, examineOriginal } from '../doctor/test-event.ts'
import { examineToken } from '../doctor/token.ts'
import { writeJson } from '../json-output.ts'
import type { SendingOptions } from '../sending.ts'
import { printable, styled, type Style, type Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  hubline doctor
  HUB_API_URL=https://hub.example.com HUB_API_TOKEN=… HUB_SOURCE=shop hubline doctor
      with the very variables of the app
  hubline doctor --json | jq '.findings[] | select(.state == "failed")'

Looks at the settings, the address, the versions, the clocks, the token and what it opens, sends a test event (as "hubline-doctor", or as
the source that the token is bound to) and reads it back, and asks what the collector knows of the service.

Exit codes: 0 nothing failed · 1 something is refused · 2 the settings are wrong · 3 no collector answers · 4 the token may not
`
const MARKS: Record<Finding['state'], [string, Style]> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  failed: ['✗', 'red'],
  skipped: ['–', 'dim'],
}

interface Options extends SendingOptions {
  json?: true
}

/** `hubline doctor`: finds out why nothing arrives, and says what to do. */
export function doctorCommand(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('find out whether events arrive, and if not, why')
    .option('--url <url>', 'address of the hub (HUB_API_URL)')
    .option('--token <secret>', 'what opens it; shows in the process list, so prefer HUB_API_TOKEN')
    .option('--source <name>', 'the service that it is about (HUB_SOURCE, else the name in package.json)')
    .option('--env <name>', 'its environment (HUB_ENV, else NODE_ENV, else development)')
    .option('--json', 'answer in JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      const findings: Finding[] = []
      for await (const finding of examine(options, terminal, program.version() ?? '')) {
        findings.push(finding)
        if (!options.json) terminal.out.write(linesOf(finding, terminal))
      }
      const first = findings.find(({ state }) => state === 'failed')
      if (options.json) writeJson(terminal, { ok: first === undefined, findings })
      if (first) throw new SaidError(first.says, first.exitCode ?? 1)
    })
}

/** One check after the other, as far as they make sense. */
async function* examine(options: Options, terminal: Terminal, version: string): AsyncGenerator<Finding> {
  const { findings, patient } = admit(options, terminal)
  yield* findings
  if (!patient) return
  const collector = await examineCollector(patient, version)
  yield* collector.findings
  if (collector.kind === 'original') yield* await examineOriginal(patient)
  if (collector.kind !== 'hubline') return
  const { finding, scope } = await examineToken(patient)
  yield finding
  if (scope === undefined) return
  yield* await examineDelivery(patient, scope)
  if (scope !== 'ingest') yield* await examineService(patient)
}

function linesOf({ check, state, says, fix }: Finding, terminal: Terminal): string {
  const style = styled(terminal, terminal.out)
  const [mark, colour] = MARKS[state]
  const line = `${style(colour, mark)} ${style('bold', check.padEnd(9))} ${printable(says)}\n`
  return fix === undefined ? line : `${line}            → ${printable(fix)}\n`
}
