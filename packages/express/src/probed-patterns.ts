/** What path-to-regexp 8 makes of a path; it keeps that to itself, and can only be asked. */
export type Matcher = (path: string) => { path: string; params: Readonly<Record<string, unknown>> } | false

/** A path as it can be declared, found by asking. */
interface Template {
  text: string
  names: string
  expression: RegExp
}

/** A path has one for each way in which its optional parts can be there. */
const MOST_TEMPLATES = 16
/** Characters of a path that a template may be looked for in: each is asked about. */
const MOST_CHARACTERS = 512

const found = new WeakMap<Matcher, Template[]>()

/**
 * The pattern by which `matcher` takes `path`, with its fixed parts in lower case where case does not matter; found
 * once, by changing one character after the other and looking which parameter changes.
 *
 * @returns undefined when it cannot be found
 * @example
 * probe(match('/shops/:shop', { end: false }), '/shops/7') // '/shops/:shop'
 */
export function probe(matcher: Matcher, path: string): string | undefined {
  const match = matcher(path)
  if (!match) return undefined
  let templates = found.get(matcher)
  if (!templates) found.set(matcher, (templates = []))
  const known = templates.find((template) => fits(template, path, match.params))
  if (known) return known.text
  if (templates.length >= MOST_TEMPLATES || path.length > MOST_CHARACTERS) return undefined
  const template = learn(matcher, path, match.params)
  if (template) templates.push(template)
  return template?.text
}

type Params = Readonly<Record<string, unknown>>

function fits({ names, expression }: Template, path: string, params: Params): boolean {
  if (namesOf(params) !== names) return false
  const values = expression.exec(path)?.slice(1)
  return (
    values !== undefined && Object.values(params).every((value, at) => textOf(value) === decoded(values[at]!))
  )
}

/** A part of a path: fixed, or the value of a parameter. */
interface Part {
  text: string
  name: string | undefined
}

function learn(matcher: Matcher, path: string, params: Params): Template | undefined {
  const parts = lowered(matcher, partsOf(matcher, path, params), params)
  const names = parts.flatMap(({ name }) => name ?? [])
  if (names.join() !== namesOf(params) || !isRight(matcher, parts)) return undefined
  const expression = parts.map(({ text, name }) =>
    name === undefined
      ? text.replace(/[^\w/]/g, String.raw`\$&`)
      : Array.isArray(params[name])
        ? '(.+)'
        : '([^/]+)',
  )
  return {
    text: parts.map(({ text, name }) => (name === undefined ? text : mark(params, name))).join(''),
    names: namesOf(params),
    expression: new RegExp(`^${expression.join('')}$`, 'i'),
  }
}

/** Characters that can be another without any effect but on one parameter are of its value. */
function partsOf(matcher: Matcher, path: string, params: Params): Part[] {
  const parts: Part[] = []
  for (const { 0: unit, index } of path.matchAll(/(?:%[\da-f]{2})+|[^]/gi)) {
    const other = (/x/i.test(unit) ? 'y' : 'x').repeat(unit.length)
    const changed = matcher(path.slice(0, index) + other + path.slice(index + unit.length))
    const name =
      changed && changed.path.length === path.length ? changedBy(unit, params, changed.params) : undefined
    const last = parts.at(-1)
    if (last && last.name === name) last.text += unit
    else parts.push({ text: unit, name })
  }
  return parts
}

/** The one parameter whose value has a character for another, and is as long as it was. */
function changedBy(unit: string, before: Params, after: Params): string | undefined {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => textOf(before[name]) !== textOf(after[name]),
  )
  const [name] = names
  if (name === undefined || names.length > 1) return undefined
  const grown = textOf(after[name]).length - textOf(before[name]).length
  return grown === unit.length - decoded(unit).length ? name : undefined
}

function lowered(matcher: Matcher, parts: Part[], params: Params): Part[] {
  const lower = parts.map((part) =>
    part.name === undefined ? { ...part, text: part.text.toLowerCase() } : part,
  )
  const path = lower.map(({ text }) => text).join('')
  const match = matcher(path)
  const same = match && match.path === path && namesOf(match.params) === namesOf(params)
  return same ? lower : parts
}

/** Asks with values that come nowhere else. */
function isRight(matcher: Matcher, parts: readonly Part[]): boolean {
  const path = parts.map(({ text, name }, at) => (name === undefined ? text : `hubline0${at}`)).join('')
  const match = matcher(path)
  if (!match || match.path !== path) return false
  return parts.every(({ name }, at) => name === undefined || textOf(match.params[name]) === `hubline0${at}`)
}

const namesOf = (params: Params): string => Object.keys(params).join()

const mark = (params: Params, name: string): string => (Array.isArray(params[name]) ? `*${name}` : `:${name}`)

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join('/') : String(value))

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
