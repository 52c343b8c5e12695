import { BlockList, isIP } from 'node:net'

/** Which addresses may be called: those of the internet, or those of private networks and this machine as well. */
export type Reach = 'public' | 'private'

const NEVER = blockList([
  ['0.0.0.0', 8],
  // Link-local: where clouds keep the credentials of a machine.
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 128],
  ['64:ff9b::', 95],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
])

const PRIVATE = blockList([
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['::1', 128],
  ['fc00::', 7],
])

/**
 * Whether an IP address (never a name) may be called. IPv4 in the clothes of IPv6 is looked at as what it is; what only
 * leads elsewhere (6to4, Teredo, NAT64), link-local and reserved addresses never may.
 *
 * @example
 * mayReach('::ffff:10.0.0.1', 'public') // false
 */
export function mayReach(address: string, reach: Reach): boolean {
  const plain = unmapped(address)
  const version = isIP(plain)
  if (version === 0) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  if (NEVER.check(plain, family)) return false
  if (PRIVATE.check(plain, family)) return reach === 'private'
  return version === 4 || /^[23]/.test(expanded(plain))
}

function blockList(ranges: readonly (readonly [address: string, prefix: number])[]): BlockList {
  const list = new BlockList()
  for (const [address, prefix] of ranges)
    list.addSubnet(address, prefix, isIP(address) === 4 ? 'ipv4' : 'ipv6')
  return list
}

/** `::ffff:a.b.c.d`, however it is written, as IPv4. */
function unmapped(address: string): string {
  if (isIP(address) !== 6) return address
  const bare = address.split('%', 1)[0]!
  const match = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(canonical(bare))
  if (!match) return bare
  const [high, low] = [Number.parseInt(match[1]!, 16), Number.parseInt(match[2]!, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The address in brackets, as the URL standard writes it. */
function canonical(address: string): string {
  return new URL(`http://[${address}]/`).hostname
}

/** So that its first digit is the first one of the address: only 2000::/3 is given out. */
function expanded(address: string): string {
  const [first = ''] = canonical(address).slice(1).split(':')
  return first.padStart(4, '0')
}
