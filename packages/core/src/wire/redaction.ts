export interface Redactor {
  /** A copy of `value` in which secret-looking keys and values are replaced; never throws. */
  value(value: unknown): unknown
  /** `text` with secret-looking parts (bearer tokens, JWTs, card numbers, passwords in URLs) replaced. */
  text(text: string): string
  /** A URL's query string (without `?`) in which secret-looking parameters are replaced. */
  query(query: string): string
}

export const REDACTED = '[redacted]'

const SECRET_KEYS = [
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'apikey',
  'authorization',
  'cookie',
  'credential',
  'privatekey',
  'accesskey',
  'sessionid',
  'cvv',
  'cvc',
  'ssn',
  'cardnumber',
  'signature',
]
/** Too short to be looked for inside other words. */
const SHORT_KEYS = ['jwt', 'auth', 'otp', 'pin', 'bearer', 'session', 'passcode']
// Query parameters that sign or open a URL, as OpenTelemetry's HTTP conventions list them; matched whole.
const SECRET_PARAMETERS = ['sig', 'signature', 'awsaccesskeyid', 'code', 'key', 'auth', 'pin', 'otp', 'jwt']

const MAX_DEPTH = 8
const MAX_ENTRIES = 200
const MAX_TEXT = 16_384

const squash = (key: string) => key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/**
 * Makes a redactor with the built-in deny-list, extended by `extraKeys`.
 *
 * Keys are compared without case or punctuation, and by containment: `token` also hides `access_token`.
 *
 * @example
 * createRedactor(['iban']).value({ password: 'x', IBAN: 'y', id: 7 }) // { password: '[redacted]', IBAN: '[redacted]', id: 7 }
 */
export function createRedactor(extraKeys: readonly string[] = []): Redactor {
  const keys = [...SECRET_KEYS, ...extraKeys.map(squash).filter(Boolean)]
  const known = new Map<string, boolean>()

  function isSecretKey(key: string): boolean {
    let secret = known.get(key)
    if (secret === undefined) {
      const plain = squash(key)
      secret = keys.some((word) => plain.includes(word)) || SHORT_KEYS.includes(plain)
      if (known.size < 4096) known.set(key, secret)
    }
    return secret
  }

  function copy(value: unknown, depth: number, above: readonly object[]): unknown {
    if (typeof value === 'string') return redactText(value)
    if (typeof value === 'bigint') return value.toString()
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
    if (typeof value === 'function' || typeof value === 'symbol') return undefined
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
    if (value instanceof Error) return { name: value.name, message: redactText(String(value.message)) }
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
    if (above.includes(value)) return '[circular]'
    if (depth >= MAX_DEPTH) return '[too deep]'
    const path = [...above, value]
    if (Array.isArray(value)) {
      return value.slice(0, MAX_ENTRIES).map((item) => copy(item, depth + 1, path) ?? null)
    }
    if (value instanceof Map) return copy(Object.fromEntries(value), depth, above)
    if (value instanceof Set) return copy([...value], depth, above)
    const json = (value as { toJSON?: unknown }).toJSON
    if (typeof json === 'function') return copy(json.call(value), depth + 1, path)
    const result: Record<string, unknown> = {}
    for (const key of Object.keys(value).slice(0, MAX_ENTRIES)) {
      const item = (value as Record<string, unknown>)[key]
      const redacted = isSecretKey(key) && item != null ? REDACTED : copy(item, depth + 1, path)
      if (redacted !== undefined) define(result, key, redacted)
    }
    return result
  }

  return {
    value(value) {
      try {
        return copy(value, 0, [])
      } catch {
        return '[unreadable]'
      }
    },
    text: redactText,
    query(query) {
      return query
        .split('&')
        .map((pair) => {
          const at = pair.indexOf('=')
          if (at < 0) return pair
          const name = decode(pair.slice(0, at))
          const value = decode(pair.slice(at + 1).replaceAll('+', ' '))
          const secret = isSecretKey(name) || SECRET_PARAMETERS.includes(squash(name))
          return secret || redactText(value) !== value ? `${pair.slice(0, at)}=REDACTED` : pair
        })
        .join('&')
    },
  }
}

/** Plain assignment of a `__proto__` key would change the prototype instead of adding the key. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  } else target[key] = value
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const MAYBE_SECRET = /eyJ|[Bb]earer |[Bb]asic |:\/\/|\d[ -]?\d{3}|[=:]/
const JWT = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g
const SCHEME_TOKEN = /\b(Bearer|Basic) +[\w.~+/=-]{6,}/gi
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):[^\s/?#@]+@/gi
const ASSIGNMENT =
  /([\w-]*(?:password|passwd|passcode|pwd|secret|token|api_?key)["']?\s*[:=]\s*["']?)([^\s&;,'"]+)/gi
const CARD = /\b\d(?:[ -]?\d){12,18}\b/g

function redactText(text: string): string {
  const bounded = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  if (!MAYBE_SECRET.test(bounded)) return bounded
  return bounded
    .replace(JWT, REDACTED)
    .replace(SCHEME_TOKEN, `$1 ${REDACTED}`)
    .replace(URL_PASSWORD, `$1:${REDACTED}@`)
    .replace(ASSIGNMENT, `$1${REDACTED}`)
    .replace(CARD, (digits) => (passesLuhn(digits) ? REDACTED : digits))
}

function passesLuhn(text: string): boolean {
  let sum = 0
  let double = false
  for (let at = text.length - 1; at >= 0; at--) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) continue
    const weighted = double ? digit * 2 : digit
    sum += weighted > 9 ? weighted - 9 : weighted
    double = !double
  }
  return sum % 10 === 0
}
