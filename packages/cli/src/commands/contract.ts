import type { Command } from 'commander'
import { SaidError } from '../command-error.ts'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { ask } from '../hub-client.ts'
import { writeJson } from '../json-output.ts'
import { printable, styled, type Terminal } from '../terminal.ts'
import { everybody, judge, readConsumer } from './contract/consumers.ts'
import { everySender, judgeProducer, readProducer } from './contract/producers.ts'
import type { Finding } from './contract/statements.ts'
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
      whoever reads everything, and whoever sends everything

A consumer is a file that says what it reads; a path goes through lists, and of an event without paths everything is read:
  {"consumer": "billing",
   "reads": {"shop.order.placed": ["order_id", "lines.sku"], "mahavishnu:workflow_failed": []}}

A producer is a file that says what it sends:
  {"producer": "till", "sends": ["shop.order.placed"]}

A consumer breaks by what is gone, what may be absent now, and values that were not possible before; a producer by what is
required now, and values that are not possible any more, unless the event has a new version. Bounds, patterns and formats
count; of two patterns nobody can say which allows more, so that each change of one counts.

Exit codes: 0 nothing breaks · 1 somebody breaks · 2 a file is none · 3 no collector answers · 4 the token may not
`
const PUBLISH_EXAMPLES = `
Examples:
  HUB_API_TOKEN=<admin> hubline contract publish src/hubline.events.ts --url https://hub.example.com
      in CI, after the check: from then on the collector knows these events
`

interface CheckOptions {
  consumer?: string[]
  producer?: string[]
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
    .description('say which consumers and producers go on with the new vocabularies, and which do not')
    .option('--consumer <file...>', 'files that say what is read')
    .option('--producer <file...>', 'files that say what is sent; without any file everybody is asked for')
    .option('--token <secret>', 'what opens a collector; shows in the process list, so prefer HUB_API_TOKEN')
    .option('--json', 'answer in JSON')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (old: string, fresh: string, { consumer, producer, token, json }: CheckOptions) => {
      const [before, after] = await Promise.all(
        [old, fresh].map(async (place) =>
          (await vocabulariesAt(place, token, terminal)).map(({ vocabulary }) => vocabulary),
        ),
      )
      const named = consumer ?? producer
      const readers = named ? await Promise.all((consumer ?? []).map(readConsumer)) : [everybody(before!)]
      const senders = named ? await Promise.all((producer ?? []).map(readProducer)) : [everySender(before!)]
      const consumers = readers.map((each) => judge(each, before!, after!))
      const producers = senders.map((each) => judgeProducer(each, before!, after!))
      const broken = [...consumers, ...producers].filter(({ breaks }) => breaks.length > 0).length
      if (json) writeJson(terminal, { ok: broken === 0, consumers, producers })
      else {
        for (const { consumer, ...found } of consumers) writeVerdict(consumer, 'reads', found, terminal)
        for (const { producer, ...found } of producers) writeVerdict(producer, 'sends', found, terminal)
      }
      if (broken > 0) throw new SaidError(`${broken} break`)
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

interface Found {
  breaks: Finding[]
  unknown: { event: string; path: string }[]
}

function writeVerdict(
  who: string,
  does: 'reads' | 'sends',
  { breaks, unknown }: Found,
  terminal: Terminal,
): void {
  const style = styled(terminal, terminal.out)
  const mark = breaks.length > 0 ? style('red', '✗') : style('green', '✓')
  const state = breaks.length > 0 ? 'breaks' : 'goes on'
  terminal.out.write(`${mark} ${style('bold', printable(who))} ${state}\n`)
  for (const { event, path, problem } of breaks)
    terminal.out.write(`    ${printable([event, path].filter(Boolean).join(' '))} ${printable(problem)}\n`)
  for (const { event, path } of unknown) {
    const what = printable([event, path].filter(Boolean).join(' '))
    terminal.out.write(`    ${style('yellow', '!')} ${does} ${what}, which was never there\n`)
  }
}
