import type { CommandNode } from './command-tree.ts'

/** A script for fish 3 or later. */
export function fishScript(tree: readonly CommandNode[]): string {
  const paths = tree.flatMap(({ path, commands }) => commands.map(({ name }) => `${path} ${name}`))
  const lines = tree.flatMap(({ path, commands, options, values }) => {
    const here = `complete -c hubline -n ${quote(`__hubline_at ${quote(path)}`)}`
    return [
      ...commands.map(({ name, description }) => `${here} -f -a ${name} -d ${quote(description)}`),
      ...(values.length > 0 ? [`${here} -f -a ${quote(values.join(' '))}`] : []),
      ...options.map(({ flags, description, takesValue, choices }) => {
        const names = flags.map((flag) =>
          flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
        )
        const known = choices.length > 0 ? ` -x -a ${quote(choices.join(' '))}` : ' -r'
        return `${here} ${names.join(' ')}${takesValue ? known : ''} -d ${quote(description)}`
      }),
    ]
  })
  return `# fish completion of hubline: hubline completion fish | source
function __hubline_at
    set -l place ''
    for word in (commandline -opc)[2..]
        test "$word" = -- && return 1
        if contains -- "$place $word" ${paths.map(quote).join(' ')}
            set place (string trim -- "$place $word")
        end
    end
    test "$place" = "$argv[1]"
end
${lines.join('\n')}
`
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
