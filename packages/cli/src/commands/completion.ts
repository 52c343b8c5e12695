import { Argument, type Command } from 'commander'
import { bashScript } from '../completion/bash.ts'
import { commandTree, type CommandNode } from '../completion/command-tree.ts'
import { fishScript } from '../completion/fish.ts'
import { zshScript } from '../completion/zsh.ts'
import type { Terminal } from '../terminal.ts'

const SCRIPTS: Record<string, (tree: readonly CommandNode[]) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}
const EXAMPLES = `
Examples:
  echo 'source <(hubline completion bash)' >> ~/.bashrc
  echo 'source <(hubline completion zsh)' >> ~/.zshrc
      behind the line with compinit
  hubline completion fish > ~/.config/fish/completions/hubline.fish
`

/** `hubline completion`: a script that completes commands and options in a shell. */
export function completionCommand(program: Command, terminal: Terminal): void {
  program
    .command('completion')
    .description('write a script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', EXAMPLES)
    .action((shell: string) => void terminal.out.write(SCRIPTS[shell]!(commandTree(program))))
}
