import type { Command } from 'commander'
import { SaidError } from '../command-error.ts'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { ask } from '../hub-client.ts'
import { writeJson } from '../json-output.ts'
import { printable, styled, type Terminal } from '../terminal.ts'
import { everybody, judge, readConsumer, type Verdict } from './contract/consumers.ts'
import { vocabulariesAt } from './types/source.ts'

const EXAMPLES = `
Examples:
  hubline contract check https://hub.example.com src/hubline.events.ts --consumer contracts/*.json
  HUB_API_TOKEN=<admin> hubline contract publish src/hubline.events.ts
`
const CHECK_EXAMPLES = `
Examples:
  hubline contract check https://hub.example.com src/hubline.events.ts --consumer contracts/*.json
      in CI: fails where what is published now would break one of these consumers, and says which
  hubline contract check old.schema.json new.schema.json
      whoever reads everything

A consumer is a file that says what it reads; a path goes through lists, and of an event without paths everything is read:
  {"consumer": "billing",
   "reads": {"shop.order.placed": ["order_id", "lines.sku"], "mahavishnu:workflow_failed": []}}

Breaking is what is gone, what may be absent now, and values that were not possible before. Bounds and patterns are not compared.

Exit codes: 0 nothing breaks · 1 somebody breaks · 2 a file is none · 3 no collector answers · 4 the token may not
`
const PUBLISH_EXAMPLES = `
Examples:
  HUB_API_TOKEN=<admin> hubline contract publish src/hubline.events.ts --url https://hub.example.com
      in CI, after the check: from then on the collector knows these events
`

interface CheckOptions {
  consumer?: string[]
  token?: string
  json?: true
}

/** `hubline contract`: whom a change of events breaks, and the publishing of one that breaks nobody. */
export function contractCommand(program: Command, terminal: Terminal): void {
  const contract = program
    .command('contract')
    .description('say whom a change of events breaks, and publish vocabularies')
    .addHelpText('after', EXAMPLES)

  contract
    .command('check <old> <new>')
    .description('say which consumers go on with the new vocabularies, and which do not')
    .option('--consumer <file...>', 'files that say what is read; whoever reads everything when absent')
    .option('--token <secret>', 'what opens a collector; shows in the process list, so prefer HUB_API_TOKEN')
    .option('--json', 'answer in JSON')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (old: string, fresh: string, { consumer, token, json }: CheckOptions) => {
      const [before, after] = await Promise.all(
        [old, fresh].map(async (place) =>
          (await vocabulariesAt(place, token, terminal)).map(({ vocabulary }) => vocabulary),
        ),
      )
      const consumers = consumer ? await Promise.all(consumer.map(readConsumer)) : [everybody(before!)]
      const verdicts = consumers.map((each) => judge(each, before!, after!))
      const broken = verdicts.filter(({ breaks }) => breaks.length > 0)
      if (json) writeJson(terminal, { ok: broken.length === 0, consumers: verdicts })
      else for (const verdict of verdicts) writeVerdict(verdict, terminal)
      if (broken.length > 0) throw new SaidError(`${broken.length} consumers break`)
    })

  withConnection(
    contract
      .command('publish <place...>')
      .description('give a collector the vocabularies of modules and JSON Schemas; wants an admin token'),
  )
    .addHelpText('after', PUBLISH_EXAMPLES)
    .action(async (places: string[], options: ConnectionOptions) => {
      const connection = connectionOf(options, terminal)
      for (const place of places) {
        for (const { document, vocabulary } of await vocabulariesAt(place, options.token, terminal)) {
          const path = `/api/v1/vocabularies/${encodeURIComponent(vocabulary.system)}`
          const { revision, events } = await ask<{ revision: number; events: unknown[] }>(
            connection,
            'PUT',
            path,
            document,
          )
          const system = printable(vocabulary.system)
          terminal.out.write(`${system}: revision ${revision} with ${events.length} events\n`)
        }
      }
    })
}

function writeVerdict({ consumer, breaks, unknown }: Verdict, terminal: Terminal): void {
  const style = styled(terminal, terminal.out)
  const mark = breaks.length > 0 ? style('red', '✗') : style('green', '✓')
  const state = breaks.length > 0 ? 'breaks' : 'goes on'
  terminal.out.write(`${mark} ${style('bold', printable(consumer))} ${state}\n`)
  for (const { event, path, problem } of breaks)
    terminal.out.write(`    ${printable([event, path].filter(Boolean).join(' '))} ${printable(problem)}\n`)
  for (const { event, path } of unknown)
    terminal.out.write(
      `    ${style('yellow', '!')} reads ${printable([event, path].filter(Boolean).join(' '))}, which was never there\n`,
    )
}
