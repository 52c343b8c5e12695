import type { CommandNode } from './command-tree.ts'

/** A script for bash 3.2 or later. */
export function bashScript(tree: readonly CommandNode[]): string {
  const paths = tree.flatMap(({ path, commands }) => commands.map(({ name }) => `${path} ${name}`))
  const words = tree.map(({ path, commands, options, values }) => {
    const all = [...commands.map(({ name }) => name), ...values, ...options.flatMap(({ flags }) => flags)]
    return `    '${path}') words='${all.join(' ')}' ;;`
  })
  const choices = tree.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map((option) => {
        const patterns = option.flags.map((flag) => `'${path} ${flag}'`).join(' | ')
        return `    ${patterns}) words='${option.choices.join(' ')}' ;;`
      }),
  )
  return `# bash completion of hubline: source <(hubline completion bash)
_hubline() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == -- ]] && return
    case "$path \${COMP_WORDS[i]}" in
      ${paths.map((path) => `'${path}'`).join(' | ')})
        path="\${path:+$path }\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path" in
${words.join('\n')}
  esac
  case "$path $prev" in
${choices.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _hubline hubline
`
}
