import { isCard } from './redaction/cards.ts'
import { hideSecrets, REDACTED } from './redaction/hide.ts'
import { isSecretParameter, SecretKeys } from './redaction/keys.ts'

export interface Redactor {
  /** A copy of `value` in which secret-looking keys and values are replaced, bounded in depth and size; never throws. */
  value(value: unknown): unknown
  /** `text` with its secret-looking parts (assigned secrets, tokens, keys, card numbers) replaced; cut at 16 Ki characters. */
  text(text: string): string
  /** A URL's query string (without `?`) in which secret-looking parameters are replaced. */
  query(query: string): string
}

const MAX_DEPTH = 8
const MAX_ENTRIES = 200
const MAX_TEXT = 16_384
/** Characters of one value that are looked at: no event is larger. */
const MAX_CHARACTERS = 512 * 1024
const MAX_NODES = 50_000
const TOO_LARGE = '[too large]'
/** Numbers of a quantity may have the form of a card's; only those of no kind are taken for one. */
const QUANTITY =
  /(?:value|time|stamp|date|(?:^|_)[mnu]s|[MNU]s|nanos|micros|seconds|bytes|count|total|size|_at|At)$/

/** What may still be spent on one value. */
interface Budget {
  characters: number
  nodes: number
}

/**
 * Makes a redactor with the built-in deny-list, extended by `extraKeys`.
 *
 * Keys are compared without case or punctuation, and by containment: `token` also hides `access_token`.
 *
 * @example
 * createRedactor(['iban']).value({ password: 'x', IBAN: 'y', id: 7 }) // { password: '[redacted]', IBAN: '[redacted]', id: 7 }
 */
export function createRedactor(extraKeys: readonly string[] = []): Redactor {
  const keys = new SecretKeys(extraKeys)
  const redactText = (text: string): string =>
    text.length > MAX_TEXT ? `${hideSecrets(text.slice(0, MAX_TEXT), keys)}…` : hideSecrets(text, keys)

  function copyText(text: string, budget: Budget): string {
    if (budget.characters <= 0) return TOO_LARGE
    budget.characters -= Math.min(text.length, MAX_TEXT)
    return redactText(text)
  }

  /** `above`: the objects that hold it, from the outside in. */
  function copy(value: unknown, above: object[], budget: Budget, key: string): unknown {
    if (--budget.nodes < 0) return TOO_LARGE
    if (typeof value === 'string') return copyText(value, budget)
    if (typeof value === 'bigint' || typeof value === 'number') return copyNumber(value, key)
    if (typeof value === 'function' || typeof value === 'symbol') return undefined
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
    if (value instanceof Error) return { name: value.name, message: copyText(String(value.message), budget) }
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
    if (above.includes(value)) return '[circular]'
    if (above.length >= MAX_DEPTH) return '[too deep]'
    above.push(value)
    const copied = copyObject(value, above, budget, key)
    above.pop()
    return copied
  }

  function copyObject(value: object, above: object[], budget: Budget, key: string): unknown {
    if (Array.isArray(value) || value instanceof Set) {
      return first(value).map((item) => copy(item, above, budget, key) ?? null)
    }
    const result: Record<string, unknown> = {}
    if (value instanceof Map) {
      for (const [name, item] of first(value)) copyEntry(result, String(name), item, above, budget)
      return result
    }
    const { toJSON } = value as { toJSON?: unknown }
    if (typeof toJSON === 'function') return copy(toJSON.call(value), above, budget, key)
    const names = Object.keys(value)
    const count = Math.min(names.length, MAX_ENTRIES)
    for (let n = 0; n < count; n++) {
      const name = names[n]!
      copyEntry(result, name, (value as Record<string, unknown>)[name], above, budget)
    }
    return result
  }

  function copyEntry(
    result: Record<string, unknown>,
    name: string,
    item: unknown,
    above: object[],
    budget: Budget,
  ): void {
    budget.characters -= name.length
    const verdict = item == null ? 'plain' : keys.judge(name)
    const hidden = verdict === 'secret' || (verdict === 'unless-number' && typeof item !== 'number')
    const redacted = hidden ? REDACTED : copy(item, above, budget, name)
    if (redacted !== undefined) define(result, name, redacted)
  }

  return {
    value(value) {
      try {
        return copy(value, [], { characters: MAX_CHARACTERS, nodes: MAX_NODES }, '')
      } catch {
        return '[unreadable]'
      }
    },
    text: redactText,
    query(query) {
      const bounded = query.slice(0, MAX_TEXT)
      const pairs = bounded.split('&').map((pair) => {
        const at = pair.indexOf('=')
        if (at < 0) return pair
        const name = decode(pair.slice(0, at))
        const value = decode(pair.slice(at + 1).replaceAll('+', ' '))
        const secret = keys.judgeOnce(name)
        const hidden =
          secret === 'secret' ||
          (secret === 'unless-number' && !/^\d{1,9}$/.test(value)) ||
          isSecretParameter(name) ||
          hideSecrets(value, keys) !== value
        return hidden ? `${pair.slice(0, at)}=REDACTED` : pair
      })
      return pairs.join('&') + (query.length > MAX_TEXT ? '…' : '')
    },
  }
}

function copyNumber(value: number | bigint, key: string): unknown {
  if (isCard(value) && !QUANTITY.test(key)) return REDACTED
  return typeof value === 'number' && Number.isFinite(value) ? value : String(value)
}

function first<T>(items: Iterable<T>): T[] {
  const some: T[] = []
  for (const item of items) {
    if (some.length === MAX_ENTRIES) break
    some.push(item)
  }
  return some
}

/** Plain assignment of a `__proto__` key would change the prototype instead of adding the key. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  } else target[key] = value
}

function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
