import type { Command, Option } from 'commander'

/** What may be typed after a command. */
export interface CommandNode {
  /** Names from the first command on, spaces between; empty for the program. */
  path: string
  commands: { name: string; description: string }[]
  options: { flags: string[]; description: string; takesValue: boolean; choices: readonly string[] }[]
  /** What its argument can be, where that is known. */
  values: readonly string[]
}

/** A command and all below it. */
export function commandTree(command: Command, path = ''): CommandNode[] {
  const commands = command.createHelp().visibleCommands(command)
  const own: CommandNode = {
    path,
    commands: commands.map((each) => ({ name: each.name(), description: each.description() || 'show help' })),
    options: command.createHelp().visibleOptions(command).map(optionOf),
    values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  }
  const below = command.commands.flatMap((each) => commandTree(each, `${path} ${each.name()}`.trim()))
  return [own, ...below]
}

function optionOf({
  short,
  long,
  description,
  required,
  optional,
  argChoices,
}: Option): CommandNode['options'][number] {
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  }
}
