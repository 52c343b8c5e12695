const PREFIX = /^\/t\/([^/?#]+)([/?#].*)?$/
/** However it is written, also where it is no token to us. */
const ANYWHERE = /((?:\/|%2f)(?:t|%54|%74)(?:\/|%2f)+)[^/?#]+/gi

/** Takes a token out of `/t/<token>/…`, for clients that can set a base URL but no header. */
export function splitPathToken(url: string): { url: string; token?: string } {
  const match = PREFIX.exec(url)
  if (!match) return { url }
  const [, token = '', rest = ''] = match
  const target = rest.startsWith('/') ? rest : `/${rest}`
  try {
    return { url: target, token: decodeURIComponent(token) }
  } catch {
    return { url: target, token: '' }
  }
}

/** An address as it may be shown and logged. */
export function withoutToken(text: string): string {
  return text.replace(ANYWHERE, '$1…')
}
