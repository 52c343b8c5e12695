/** Hidden wherever they stand in a key. */
const CONTAINED = [
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
  'signingkey',
  'encryptionkey',
  'sessionid',
  'cardnumber',
  'signature',
]
/** Too short to be looked for inside other words: hidden as one of the words of a key. */
const WORDS = ['jwt', 'otp', 'totp', 'cvv', 'cvc', 'ssn', 'passcode', 'pincode', 'mnemonic']
/** Hidden where they are the whole key. */
const WHOLE = ['auth', 'pin', 'bearer', 'session']
// Query parameters that sign or open a URL, as OpenTelemetry's HTTP conventions list them; matched whole.
const PARAMETERS = new Set(['sig', 'signature', 'awsaccesskeyid', 'code', 'key', 'auth', 'pin', 'otp', 'jwt'])
/** Tokens that are counted and not shown: `max_tokens`, `tokenCount`. */
const COUNTED = /tokens|token(?:count|limit|budget|usage)/
const KNOWN_MAX = 4096
/** Longer keys are judged each time, so that those of strangers fill no memory. */
const KNOWN_LENGTH = 64

/** What stands under a key: nothing to hide, a secret, or one unless it is a number. */
export type Verdict = 'plain' | 'secret' | 'unless-number'

/** Compares keys without case and punctuation. */
export class SecretKeys {
  readonly #contained: RegExp
  readonly #last: RegExp
  readonly #shortest: number
  readonly #known = new Map<string, Verdict>()

  /** @param extra further words that are hidden wherever they stand in a key */
  constructor(extra: readonly string[]) {
    const words = [...CONTAINED, ...extra.map(squash).filter(Boolean)]
    this.#contained = new RegExp(words.join('|'), 'u')
    this.#last = new RegExp(`(?:${[...words, ...WORDS].join('|')})s?$`, 'u')
    this.#shortest = Math.min(...[...words, ...WORDS, ...WHOLE].map((word) => word.length))
  }

  /** For keys that come again and again. */
  judge(key: string): Verdict {
    let verdict = this.#known.get(key)
    if (verdict === undefined) {
      verdict = this.judgeOnce(key)
      if (key.length <= KNOWN_LENGTH && this.#known.size < KNOWN_MAX) this.#known.set(key, verdict)
    }
    return verdict
  }

  judgeOnce(key: string): Verdict {
    if (key.length < this.#shortest) return 'plain'
    const plain = squash(key)
    const found = this.#contained.exec(plain)?.[0]
    if (found === 'token' && COUNTED.test(plain)) return 'unless-number'
    if (found !== undefined || WHOLE.includes(plain)) return 'secret'
    return WORDS.some((word) => plain.includes(word) && isWordOf(key, plain, word)) ? 'secret' : 'plain'
  }

  /** Whether the last word of `key` is a secret's name; `TokenError` is not. */
  endsSecret(key: string): boolean {
    const plain = squash(key)
    return this.#last.test(plain) || WHOLE.includes(plain)
  }
}

/** Whether a query parameter of this name signs or opens a URL. */
export function isSecretParameter(name: string): boolean {
  return PARAMETERS.has(squash(name))
}

/** Lower case, letters and digits only. */
export function squash(key: string): string {
  return key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function isWordOf(key: string, plain: string, word: string): boolean {
  if (plain.startsWith(word) || plain.endsWith(word)) return true
  const words = key.replace(/([a-z\d])(?=[A-Z])/g, '$1 ').toLowerCase()
  return words.split(/[^\p{L}\p{N}]/u).includes(word)
}
