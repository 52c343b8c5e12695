/** From the concrete base path of a mounted router to its pattern, outermost first. */
export type Mounts = { base: string; pattern: string }[]

/**
 * The pattern of everything that encloses a handler at `baseUrl`; remembers `mount`, when given, as the pattern
 * of the innermost part.
 *
 * @example
 * mountedAt([], '/shops/7', '/shops/:shop') // '/shops/:shop'
 */
export function mountedAt(mounts: Mounts, baseUrl: string, mount: string | RegExp | undefined): string {
  while (mounts.length > 0 && !isWithin(baseUrl, mounts.at(-1)!.base)) mounts.pop()
  const enclosing = mounts.at(-1)
  if (enclosing?.base === baseUrl) return enclosing.pattern
  const above = enclosing?.pattern ?? ''
  if (mount === undefined || baseUrl === '')
    return above + (enclosing ? baseUrl.slice(enclosing.base.length) : baseUrl)
  const pattern = above + patternText(mount)
  mounts.push({ base: baseUrl, pattern })
  return pattern
}

function isWithin(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`)
}

function patternText(mount: string | RegExp): string {
  const text = String(mount).replace(/\/+$/, '')
  return text.startsWith('/') ? text : `/${text}`
}
