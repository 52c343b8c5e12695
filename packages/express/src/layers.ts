import { UNKNOWN_MOUNT } from './following.ts'
import { type Matcher, probe } from './probed-patterns.ts'
import { alternativesOf, mountOf } from './regexp-patterns.ts'

type Path = string | RegExp

/** What is read of a layer of a router that publishes nothing. */
export interface Layered {
  handle: unknown
  route?: { path: Path | readonly Path[] }
  /** Of the handlers inside a route: `undefined` for all(). */
  method?: string | undefined
  /** Concrete path that this layer has matched, until the next request matches it. */
  path?: string
  /** In Express 4; a regular expression that the app gave is the app's own. */
  regexp?: RegExp & { fast_star?: boolean; fast_slash?: boolean }
  /** In Express 4, of the groups of `regexp`. */
  keys?: readonly { name: string | number }[]
  /** In routers 2.0 to 2.2, one for each path; those of regular expressions are no pure functions. */
  matchers?: readonly Matcher[]
  /** In routers 2.0 to 2.2: matches everything. */
  slash?: boolean
}

/** The path at which a layer is mounted, as far as it can be known. */
export function mountOfLayer({ regexp, keys = [], matchers = [], slash, path = '' }: Layered): Path {
  if (slash || regexp?.fast_slash) return ''
  if (regexp?.fast_star) return '*'
  if (regexp) {
    const names = keys.map(({ name }) => name)
    return mountOf(regexp, names, path)
  }
  for (const matcher of matchers) {
    const mount = isPure(matcher) && matcher(path) ? (probe(matcher, path) ?? UNKNOWN_MOUNT) : undefined
    if (mount !== undefined) return mount
  }
  return UNKNOWN_MOUNT
}

/** Of the paths that a route was given, the one that matched; all of them where that cannot be told. */
export function pathOfRoute(layer: Layered): Path {
  const { path } = layer.route!
  if (!isList(path)) return path
  const matched = matchedOf(layer, path.flat(Infinity) as Path[])
  return matched ?? path.flat(Infinity).map(String).join('|')
}

function matchedOf({ regexp, matchers, path = '' }: Layered, declared: readonly Path[]): Path | undefined {
  const tests = regexp
    ? alternativesOf(regexp).map((each) => () => each.test(path))
    : (matchers ?? []).map((matcher, at) => () => {
        const each = declared[at]!
        return each instanceof RegExp ? new RegExp(each, '').test(path) : Boolean(matcher(path))
      })
  if (tests.length !== declared.length) return undefined
  const at = tests.findIndex((matches) => matches())
  return declared[at]
}

/** A regular expression with a `g` or `y` remembers where it was. */
const isPure = (matcher: Matcher): boolean => matcher.name !== 'regexpMatcher'

const isList = (path: Path | readonly Path[]): path is readonly Path[] => Array.isArray(path)
