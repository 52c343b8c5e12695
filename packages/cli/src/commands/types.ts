import { readFile, writeFile } from 'node:fs/promises'
import { InvalidArgumentError, type Command } from 'commander'
import { CommandError, EXIT } from '../command-error.ts'
import type { Terminal } from '../terminal.ts'
import { typesOf } from './types/generate.ts'
import { vocabulariesAt } from './types/source.ts'

const EXAMPLES = `
Examples:
  hubline types --from http://127.0.0.1:4318 --out src/hubline.events.ts
      from then on hub.event('shop.order.placed', {…}) is typed, and other names do not compile
  hubline types --from shop.schema.json --system shop
  hubline types --from https://hub.example.com --out src/hubline.events.ts --check
      in CI: fails where the file is not what it would be
`

interface Options {
  from: string[]
  token?: string
  system?: string[]
  out?: string
  check?: true
}

/** `hubline types`: writes the types of the events that a collector, or a file, knows. */
export function typesCommand(program: Command, terminal: Terminal): void {
  program
    .command('types')
    .description('write TypeScript for the events of vocabularies, which types hub.event()')
    .requiredOption(
      '--from <place...>',
      'a collector by its address, a JSON Schema, or a module of vocabularies',
    )
    .option(
      '--token <secret>',
      'what opens the collector; shows in the process list, so prefer HUB_API_TOKEN',
    )
    .option('--system <name...>', 'these alone')
    .option('--out <file>', 'where to; standard output when absent', typescript)
    .option('--check', 'write nothing, and fail where the file is another')
    .addHelpText('after', EXAMPLES)
    .action(async ({ from, token, system, out, check }: Options) => {
      if (check && out === undefined)
        throw new CommandError('--check wants --out, the file to look at', EXIT.usage, 'usage')
      const text = typesOf(await wanted(from, token, system, terminal))
      if (out === undefined) terminal.out.write(text)
      else if (check) await compare(out, text)
      else await writeFile(out, text)
    })
}

async function wanted(
  from: readonly string[],
  token: string | undefined,
  systems: readonly string[] | undefined,
  terminal: Terminal,
): ReturnType<typeof found> {
  const all = await found(from, token, terminal)
  const missing = systems?.find((name) => all.every(({ system }) => system !== name))
  if (missing === undefined) return all.filter(({ system }) => systems?.includes(system) ?? true)
  const known = all.map(({ system }) => system).join(', ')
  throw new CommandError(`there is no vocabulary of "${missing}"; there are ${known}`)
}

async function found(from: readonly string[], token: string | undefined, terminal: Terminal) {
  const places = await Promise.all(from.map((place) => vocabulariesAt(place, token, terminal)))
  return places.flat().map(({ vocabulary }) => vocabulary)
}

async function compare(file: string, text: string): Promise<void> {
  const there = await readFile(file, 'utf8').catch(() => undefined)
  if (there === text) return
  const what = there === undefined ? 'is not there' : 'is not what the vocabularies say'
  throw new CommandError(`${file} ${what}: run hubline types again`, EXIT.failed, 'out_of_date')
}

function typescript(file: string): string {
  if (/\.[cm]?ts$/.test(file)) return file
  throw new InvalidArgumentError('It must end in .ts, .mts or .cts.')
}
