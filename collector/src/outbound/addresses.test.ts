import { expect, test } from 'vitest'
import { mayReach } from './addresses.ts'

const PUBLIC = ['93.184.216.34', '8.8.8.8', '2606:2800:220:1::1', '::ffff:8.8.8.8']
const PRIVATE = [
  '127.0.0.1',
  '127.8.8.8',
  '10.1.2.3',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '::1',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:a00:1',
  '0:0:0:0:0:ffff:192.168.0.1',
]
const NEVER = [
  '0.0.0.0',
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:0:1::',
  '::7f00:1',
  'localhost',
  '',
]

test.each(PUBLIC)('%s is of the internet', (address) => {
  expect([mayReach(address, 'public'), mayReach(address, 'private')]).toEqual([true, true])
})

test.each(PRIVATE)('%s is private', (address) => {
  expect([mayReach(address, 'public'), mayReach(address, 'private')]).toEqual([false, true])
})

test.each(NEVER)('%s is never called', (address) => {
  expect([mayReach(address, 'public'), mayReach(address, 'private')]).toEqual([false, false])
})
