import { expect, test } from 'vitest'
import { hostName, isLoopback } from './addresses.ts'
import { checkLocalDoor, checkTokenDoor } from './doors.ts'

const get = (headers: Record<string, string>, path = '/api/v1/hub/events') => ({
  method: 'GET',
  path,
  headers,
})

test.each(['localhost', 'localhost:4318', '127.0.0.1:1', '[::1]:4318', 'LOCALHOST:80'])(
  'the host %s is let in',
  (host) => {
    expect(() => checkLocalDoor(get({ host }))).not.toThrow()
  },
)

test.each([
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'localhost@evil.example',
  '',
  '10.0.0.1:4318',
])('the host %j is refused', (host) => {
  expect(() => checkLocalDoor(get({ host }))).toThrow(/Host header/)
})

test.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host'])('%s means a proxy', (name) => {
  expect(() => checkLocalDoor(get({ host: 'localhost', [name]: 'x' }))).toThrow(name)
  expect(() => checkTokenDoor(get({ host: 'hub.example', [name]: 'x' }))).not.toThrow()
})

test('other origins may send telemetry from this machine only', () => {
  const host = 'localhost:4318'
  const cases: [string, string, boolean][] = [
    ['http://localhost:4318', '/api/v1/hub/events', true],
    ['http://localhost:3000', '/api/v1/hub/events', false],
    ['http://localhost:3000', '/v1/traces', true],
    ['https://evil.example', '/v1/traces', false],
    ['http://localhost.evil.example', '/v1/traces', false],
    ['null', '/v1/traces', false],
  ]
  for (const [origin, path, allowed] of cases) {
    const check = expect(() => checkLocalDoor(get({ host, origin }, path)), `${origin} ${path}`)
    if (allowed) check.not.toThrow()
    else check.toThrow(/origin/)
  }
})

test('another site may lead a person here, not fetch from here', () => {
  const headers = { host: 'localhost', 'sec-fetch-site': 'cross-site' }
  expect(() => checkLocalDoor(get({ ...headers, 'sec-fetch-mode': 'no-cors' }))).toThrow(/another site/)
  expect(() => checkLocalDoor(get({ ...headers, 'sec-fetch-mode': 'navigate' }))).not.toThrow()
})

test('host names', () => {
  expect(hostName('[::1]:4318')).toBe('[::1]')
  expect(hostName('a:b:c')).toBeUndefined()
  expect(isLoopback('127.0.0.1')).toBe(true)
  expect(isLoopback('128.0.0.1')).toBe(false)
})
