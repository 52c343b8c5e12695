const PREFIX = /^\/t\/([^/?#]+)(\/.*)$/

/** Takes a token out of `/t/<token>/…`, for clients that can set a base URL but no header. */
export function splitPathToken(url: string): { url: string; token?: string } {
  const match = PREFIX.exec(url)
  if (!match) return { url }
  const [, token = '', rest = '/'] = match
  try {
    return { url: rest, token: decodeURIComponent(token) }
  } catch {
    return { url: rest, token: '' }
  }
}
