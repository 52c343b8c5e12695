/** A key, and what was given for it after a separator. */
export interface KeyValue<Separator extends string> {
  key: string
  separator: Separator
  value: string
}

/**
 * Splits at the first separator. A key that has one in it goes in quotes, as JSON writes a text.
 *
 * @param separators of those that begin at the same place, the longest first.
 * @returns undefined where there is no key or no separator.
 * @example
 * keyValue('"k8s.pod:name":web-1', [':']) // { key: 'k8s.pod:name', separator: ':', value: 'web-1' }
 */
export function keyValue<const Separator extends string>(
  given: string,
  separators: readonly Separator[],
): KeyValue<Separator> | undefined {
  const quoted = /^"(?:[^"\\]|\\.)*"/s.exec(given)?.[0]
  const after = quoted?.length ?? firstOf(given, separators)
  const key = quoted === undefined ? given.slice(0, Math.max(after, 0)) : unquoted(quoted)
  const separator = separators.find((each) => given.startsWith(each, after))
  if (!key || separator === undefined) return undefined
  return { key, separator, value: given.slice(after + separator.length) }
}

function firstOf(given: string, separators: readonly string[]): number {
  const places = separators.map((each) => given.indexOf(each)).filter((at) => at >= 0)
  return places.length === 0 ? -1 : Math.min(...places)
}

function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(text) as string
  } catch {
    return undefined
  }
}
