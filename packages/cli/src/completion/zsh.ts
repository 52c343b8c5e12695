import type { CommandNode } from './command-tree.ts'

/** A script for zsh 5 or later. */
export function zshScript(tree: readonly CommandNode[]): string {
  const paths = tree.flatMap(({ path, commands }) => commands.map(({ name }) => `${path} ${name}`))
  const words = tree.map(({ path, commands, options, values }) => {
    const named = [...commands, ...values.map((name) => ({ name, description: '' }))]
    return `    ${quote(path)})
      known=(${named.map(described).join(' ')})
      flags=(${options.flatMap(({ flags, description }) => flags.map((name) => described({ name, description }))).join(' ')}) ;;`
  })
  const choices = tree.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map((option) => {
        const patterns = option.flags.map((flag) => quote(`${path} ${flag}`)).join('|')
        const then = option.choices.length > 0 ? `compadd -- ${option.choices.join(' ')}` : '_files'
        return `    ${patterns}) ${then}; return ;;`
      }),
  )
  return `#compdef hubline
# zsh completion of hubline: source <(hubline completion zsh)
_hubline() {
  local place='' word
  local -a known flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ $word == -- ]]; then _files; return; fi
    case "$place $word" in
      ${paths.map(quote).join('|')}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place \${words[CURRENT-1]}" in
${choices.join('\n')}
  esac
  case "$place" in
${words.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then _describe -o option flags
  elif (( \${#known} )); then _describe command known
  else _files; fi
}
if [[ $funcstack[1] == _hubline ]]; then _hubline "$@"; else compdef _hubline hubline; fi
`
}

function described({ name, description }: { name: string; description: string }): string {
  return quote(`${name.replaceAll(':', '\\:')}${description === '' ? '' : `:${description}`}`)
}

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
