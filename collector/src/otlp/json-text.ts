import { LIMITS } from '../config/limits.ts'
import { isDeeperText } from '../receivers/depth.ts'
import { OtlpDecodeError, reasonOf } from './errors.ts'

/** A number literal outside quotes that a double may not hold: 16 digits or more, or an exponent. */
const LONG_NUMBER = /[:,[]\s*-?(?:\d{16}|\d+(?:\.\d+)?[eE]\+?\d)/
/** An escaped surrogate, which may stand alone where a sender cut a string. */
const SURROGATE = /\\u[dD][89a-fA-F]/
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]\+?(\d+))?$/
/** Digits of the largest 64-bit integer. */
const MAX_DIGITS = 20

const utf8 = new TextDecoder()

/**
 * Parses JSON without losing digits: an integer beyond 2^53 that is written as a bare number becomes a string of its
 * exact decimal digits, which protobuf's JSON rules take for a number. Strings are made well formed.
 *
 * @throws OtlpDecodeError when `body` is no JSON.
 */
export function parseExactJson(body: Uint8Array): unknown {
  if (isDeeperText(body, LIMITS.jsonLevels.value)) {
    throw new OtlpDecodeError(`the body is nested more than ${LIMITS.jsonLevels.value} levels deep`)
  }
  try {
    const text = utf8.decode(body)
    const long = LONG_NUMBER.test(text)
    const surrogates = SURROGATE.test(text)
    return long || surrogates ? JSON.parse(text, exactly) : JSON.parse(text)
  } catch (error) {
    throw new OtlpDecodeError(`the body cannot be read as JSON: ${reasonOf(error)}`)
  }
}

function exactly(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === 'string') return wellFormed(value)
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value
  return context?.source === undefined ? value : (digitsOf(context.source) ?? value)
}

/** The plain digits of an integer such as `1.5447126600000001e18`; undefined when it is none or too long. */
function digitsOf(source: string): string | undefined {
  const match = NUMBER.exec(source)
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const zeros = Number(exponent) - fraction.length
  if (zeros < 0 || whole.length + fraction.length + zeros > MAX_DIGITS) return undefined
  return sign + whole + fraction + '0'.repeat(zeros)
}

/** ES2024, which every supported Node has and the library we type against has not. */
function wellFormed(text: string): string {
  return (text as string & { toWellFormed(): string }).toWellFormed()
}
