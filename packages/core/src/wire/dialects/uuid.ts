const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The 128 bits of a ULID as a UUID: the same event has the same one at each try. */
export function ulidToUuid(ulid: string): string {
  let bits = 0n
  for (const digit of ulid) bits = bits * 32n + BigInt(DIGITS.indexOf(digit))
  const hex = bits.toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
