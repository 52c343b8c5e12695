import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const PREFIX = 'hbl_'
/** 190 bits. */
const RANDOM_LENGTH = 32
const CHECK_LENGTH = 6

/**
 * A new secret: `hbl_`, by which scanners of leaked secrets can tell it, 190 random bits and a checksum, all of letters
 * and digits, so that a double click selects it whole.
 */
export function newSecret(): string {
  let random = ''
  for (let index = 0; index < RANDOM_LENGTH; index++) random += ALPHABET[randomInt(ALPHABET.length)]
  return PREFIX + random + checksum(random)
}

/** Whether a text looks like one of our secrets and was mistyped or cut: its checksum does not fit. */
export function isMistyped(secret: string): boolean {
  if (!secret.startsWith(PREFIX)) return false
  const body = secret.slice(PREFIX.length)
  return checksum(body.slice(0, RANDOM_LENGTH)) !== body.slice(RANDOM_LENGTH)
}

function checksum(text: string): string {
  let number = crc32(text)
  let digits = ''
  for (let index = 0; index < CHECK_LENGTH; index++) {
    digits = ALPHABET[number % ALPHABET.length]! + digits
    number = Math.floor(number / ALPHABET.length)
  }
  return digits
}
