import { InvalidArgumentError } from 'commander'

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/**
 * Seconds of a duration such as `90s`, `5m` or `24h`, as the value of an option.
 *
 * @throws {InvalidArgumentError} for anything else
 */
export function seconds(text: string): number {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,3})?)([smhd])$/.exec(text) ?? []
  const value = Number(number) * SECONDS[unit as keyof typeof SECONDS]
  if (value > 0) return value
  throw new InvalidArgumentError('It must be a duration such as 90s, 5m or 24h.')
}
