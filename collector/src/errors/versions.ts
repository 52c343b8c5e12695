const VERSION = /^v?(\d{1,15}(?:\.\d{1,9}){0,3})(?:-([\w.-]{1,100}))?(?:\+.*)?$/

/**
 * Which of two versions is newer, by Semantic Versioning where both have its form or nearly so.
 *
 * @returns below 0 when `a` is older, 0 when they are the same, undefined when it cannot be told
 * @example
 * compareVersions('1.9.0', 'v1.10') // -1
 * compareVersions('4f3a2b1', '9e8d7c6') // undefined
 */
export function compareVersions(a: string, b: string): number | undefined {
  if (a === b) return 0
  const [first, second] = [VERSION.exec(a), VERSION.exec(b)]
  // A number alone may be a build, a date or a commit; of two such the greater is newer, beside a version it says nothing.
  if (!first || !second || first[1]!.includes('.') !== second[1]!.includes('.')) return undefined
  return compareNumbers(first[1]!, second[1]!) || comparePrereleases(first[2], second[2])
}

function compareNumbers(a: string, b: string): number {
  const [first, second] = [a.split('.'), b.split('.')]
  for (let at = 0; at < Math.max(first.length, second.length); at++) {
    const difference = Number(first[at] ?? 0) - Number(second[at] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}

/** A prerelease is older than its release. */
function comparePrereleases(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  const [first, second] = [a.split('.'), b.split('.')]
  for (let at = 0; at < Math.max(first.length, second.length); at++) {
    const order = compareIdentifiers(first[at], second[at])
    if (order !== 0) return order
  }
  return 0
}

/** Numbers are older than words, and fewer identifiers than more. */
function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  const [isNumber, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (isNumber && isOther) return Math.sign(Number(a) - Number(b))
  if (isNumber !== isOther) return isNumber ? -1 : 1
  return a < b ? -1 : Number(a > b)
}
