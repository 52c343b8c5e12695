/** Says what is wrong with a value; undefined when nothing is. */
export type Check = (value: unknown) => string | undefined

/** In the words of the person who sent it. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  object: 'an object',
  array: 'an array',
}

function kindOf(value: unknown): string {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  return KINDS[kind] ?? kind
}

const not = (wanted: string, value: unknown): string => `must be ${wanted}, not ${kindOf(value)}`

/** @param max UTF-16 code units. */
export const text =
  (max: number = Number.POSITIVE_INFINITY, min: number = 1): Check =>
  (value) => {
    if (typeof value !== 'string') return not('text', value)
    if (value.length < min) return 'must not be empty'
    return value.length > max ? `must be at most ${max} characters long` : undefined
  }

export const textLike =
  (pattern: RegExp, wanted: string, max?: number): Check =>
  (value) =>
    text(max)(value) ?? (pattern.test(value as string) ? undefined : wanted)

export const oneOf =
  (options: readonly string[]): Check =>
  (value) =>
    options.includes(value as string) ? undefined : `must be one of ${options.join(', ')}`

/** JSON can say numbers that are beyond all bounds. */
export const number: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : not('a number', value)

export const positive: Check = (value) =>
  number(value) ?? ((value as number) > 0 ? undefined : 'must be greater than 0')

export const whole =
  (min: number = Number.MIN_SAFE_INTEGER, max: number = Number.MAX_SAFE_INTEGER): Check =>
  (value) => {
    if (typeof value !== 'number') return not('a number', value)
    if (Number.isSafeInteger(value) && value >= min && value <= max) return undefined
    return `must be a whole number from ${min} to ${max}`
  }

export const object: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : not('an object', value)

export const list =
  (max: number): Check =>
  (value) => {
    if (!Array.isArray(value)) return not('an array', value)
    return value.length > max ? `must have at most ${max} entries` : undefined
  }
