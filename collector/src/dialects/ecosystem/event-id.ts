import { canonicalId, isUlid } from '@hubline/core/wire'

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * The ids that an event may be kept under whose `event_id` this is: that itself, as it is kept now or was kept once, or the
 * ULID that the UUID was made of.
 *
 * @example
 * idsOf('01563e3a-b5d3-d676-4c61-efb99302bd5b') // ['01563e3a-…', '01ARZ3NDEKTSV4RRFFQ69G5FAV']
 */
export function idsOf(eventId: string): string[] {
  const ids = [...new Set([canonicalId(eventId), eventId])]
  if (!UUID.test(eventId)) return ids
  let bits = BigInt(`0x${eventId.replaceAll('-', '')}`)
  let ulid = ''
  for (let digit = 0; digit < 26; digit++, bits >>= 5n) ulid = DIGITS[Number(bits & 31n)] + ulid
  return isUlid(ulid) ? [...ids, ulid] : ids
}
