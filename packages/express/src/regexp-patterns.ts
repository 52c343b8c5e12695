/** What path-to-regexp 0.1, that of Express 4, puts at the end of a mount path. */
const MOUNT_END = String.raw`\/?(?=\/|$)`

/** One of the paths that a layer was declared with. */
interface Alternative {
  expression: RegExp
  pattern: string | RegExp
}

const known = new WeakMap<RegExp, readonly Alternative[]>()

/**
 * The mount path from which Express 4 made `expression`, of those that match `path` when there were several. A
 * regular expression of the app's own is its own pattern.
 *
 * @param names those of its groups, in their order
 * @example
 * mountOf(/^\/shops(?:\/([^/]+?))\/?(?=\/|$)/i, ['shop'], '/shops/7') // '/shops/:shop'
 */
export function mountOf(
  expression: RegExp,
  names: readonly (string | number)[],
  path: string,
): string | RegExp {
  let all = known.get(expression)
  if (!all) known.set(expression, (all = readAll(expression, names)))
  return (all.find((each) => all.length === 1 || each.expression.test(path)) ?? all[0]!).pattern
}

/** The alternatives of an expression that was made of several paths, in their order. */
export function alternativesOf({ source, flags }: RegExp): RegExp[] {
  const ends = [...tokensOf(source)].filter(({ text, depth }) => text === '|' && depth === 0)
  const starts = [0, ...ends.map(({ at }) => at + 1)]
  return starts.map((start, index) => new RegExp(source.slice(start, ends[index]?.at), flags))
}

function readAll(expression: RegExp, names: readonly (string | number)[]): readonly Alternative[] {
  const alternatives = alternativesOf(expression)
  if (!alternatives.every(({ source }) => source.startsWith('^') && source.endsWith(MOUNT_END))) {
    return [{ expression, pattern: expression }]
  }
  const left = [...names]
  return alternatives.map((each) => ({
    expression: each,
    pattern: textOf(each.source.slice(1, -MOUNT_END.length), left),
  }))
}

/** The path in which `source` was written; takes the names of its groups from `names`. */
function textOf(source: string, names: (string | number)[]): string {
  let text = ''
  for (let rest = source; rest !== '';) {
    const group = rest.startsWith('(') ? rest.slice(0, groupEnd(rest)) : ''
    const token = group || /^\\?[^]/.exec(rest)![0]
    rest = rest.slice(token.length)
    text += group ? groupText(group, names) : token.replace(/^\\([/.])/, '$1')
  }
  return text
}

/** A parameter's group: what stands before its value, the value's own, and what a `*` adds. */
const PARAMETER = /^\(\?:(\\\.)?(\\\/)?(?=\()/
const REPEATED = /^\(\(\?:\[.+\]\.\+\?\)\?\)$/
const USUAL_VALUE = /^\(\[\^\/(\\\.)?\]\+\?\)$|^\(\(\?:\(\?!.*\)\.\)\+\?\)$/

/** `(?:\/([^/]+?))` is `/:name`, `(.*)` is `*`, and what the app wrote itself is what it wrote. */
function groupText(group: string, names: (string | number)[]): string {
  const taken = names.splice(0, [...tokensOf(group)].filter(({ captures }) => captures).length)
  if (group === '(.*)') return '*'
  const [opening = '', dot, slash] = PARAMETER.exec(group) ?? []
  const rest = group.slice(opening.length, -1)
  const value = rest.slice(0, groupEnd(rest))
  const repeated = REPEATED.test(rest.slice(value.length))
  if (!opening || (value !== rest && !repeated)) {
    return group.replaceAll(String.raw`\/`, '/').replace(/^\(\?:/, '(')
  }
  const own = USUAL_VALUE.test(value) ? '' : value
  return `${dot ? '.' : ''}${slash ? '/' : ''}:${taken[0]}${own}${repeated ? '*' : ''}`
}

function groupEnd(source: string): number {
  for (const { at, text, depth } of tokensOf(source)) if (text === ')' && depth === 0) return at + 1
  return source.length
}

interface Token {
  at: number
  text: string
  /** Of the groups around it. */
  depth: number
  captures: boolean
}

/** Reads an expression by escapes, classes and single characters. */
function* tokensOf(source: string): Generator<Token> {
  let depth = 0
  for (const { 0: text, index: at } of source.matchAll(/\\[^]|\[(?:\\[^]|[^\]])*\]|[^]/g)) {
    if (text === ')') depth--
    yield { at, text, depth, captures: text === '(' && !/^\(\?(?!<\w)/.test(source.slice(at)) }
    if (text === '(') depth++
  }
}
