import { expect, test } from 'vitest'
import { ConfigError } from './config-error.ts'
import { resolveConfig } from './config.ts'
import { readSettings } from './settings.ts'

const resolve = (argv: string[], env: NodeJS.ProcessEnv = {}) =>
  resolveConfig(readSettings(argv, env).settings)

test('defaults', () => {
  const config = resolve([])
  expect(config).toMatchObject({ port: 4318, host: '127.0.0.1', tokens: [], logLevel: 'warn' })
  expect(config.retention).toEqual({ ageMs: 604_800_000, bytes: 10_737_418_240 })
  expect(config.grpcPort).toBe(undefined)
  expect(config.dataDir).toMatch(/\/hubline$/)
})

test('a signal has an age and bytes of its own where it is said', () => {
  const env = { HUBLINE_RETENTION_SPANS: '2d', HUBLINE_RETENTION_EVENTS_BYTES: '1GiB' }
  expect(resolve([], env).retention).toEqual({
    ageMs: 604_800_000,
    bytes: 10_737_418_240,
    signals: { spans: { ageMs: 172_800_000 }, events: { bytes: 1_073_741_824 } },
  })
  expect(() => resolve([], { HUBLINE_RETENTION_LOGS_BYTES: 'much' })).toThrow(
    /HUBLINE_RETENTION_LOGS_BYTES is "much" but must be a size from 1MiB on/,
  )
})

test('a flag goes before its variable, an empty variable is unset', () => {
  const env = { HUBLINE_PORT: '5000', HUBLINE_HOST: '' }
  expect(resolve(['--port', '6000'], env)).toMatchObject({ port: 6000, host: '127.0.0.1' })
  expect(resolve([], env).port).toBe(5000)
  expect(resolve([]).durability).toBe('normal')
  expect(resolve(['--durability', 'full']).durability).toBe('full')
  expect(resolve([], { HUBLINE_RATE: '6000/m' }).rate).toEqual({
    items: 6000,
    windowMs: 60_000,
    burst: 6000,
  })
  const { burst } = resolve([], { HUBLINE_RATE: '1000/s burst 2000' }).rate!
  expect(burst).toBe(2000)
  expect(resolve([], { HUBLINE_RATE: 'off' }).rate).toBe(undefined)
})

test.each([
  [[], { HUBLINE_PORT: '70000' }, /HUBLINE_PORT is "70000" but must be a port from 0 to 65535/],
  [['--port', 'http'], {}, /--port is "http" but must be/],
  [[], { HUBLINE_GRPC_PORT: 'on' }, /HUBLINE_GRPC_PORT is "on" but must be off or a port from 0 to 65535/],
  [[], { HUBLINE_LOG_LEVEL: 'loud' }, /HUBLINE_LOG_LEVEL is "loud" but must be one of trace/],
  [[], { HUBLINE_TOKENS: 'write:shop:s3cret' }, /HUBLINE_TOKENS: entry 1 has the scope "write"/],
  [[], { HUBLINE_DURABILITY: 'maybe' }, /HUBLINE_DURABILITY is "maybe" but must be one of normal, full/],
  [
    [],
    { HUBLINE_RETENTION: '7' },
    /HUBLINE_RETENTION is "7" but must be a time from 1m on, such as 12h or 7d/,
  ],
  [[], { HUBLINE_RETENTION_BYTES: '9' }, /HUBLINE_RETENTION_BYTES is "9" but must be a size/],
  [[], { HUBLINE_VALIDATE: 'on' }, /HUBLINE_VALIDATE is "on" but must be one of off, warn, reject/],
  [[], { HUBLINE_METRIC_SERIES: '0' }, /HUBLINE_METRIC_SERIES is "0" but must be a whole number from 1/],
  [[], { HUBLINE_RATE: '5' }, /HUBLINE_RATE is "5" but must be off or a number of items in a time/],
  [[], { HUBLINE_RATE: '5/s burst 0' }, /such as 5000\/s, 60000\/m or 1000\/s burst 2000/],
  [[], { HUBLINE_ADMIN_HOST: '127.0.0.1' }, /HUBLINE_ADMIN_HOST is set without HUBLINE_ADMIN_PORT/],
  [[], { HUBLINE_ADMIN_PORT: 'x' }, /HUBLINE_ADMIN_PORT is "x" but must be off or a port/],
  [
    [],
    { HUBLINE_ADMIN_PORT: '1', HUBLINE_ADMIN_HOST: '0.0.0.0' },
    /HUBLINE_ADMIN_HOST=0.0.0.0 .* needs tokens/,
  ],
  [['--what'], {}, /Unknown option '--what'/],
] as [string[], NodeJS.ProcessEnv, RegExp][])('%j %j is refused in one line', (argv, env, message) => {
  const refused = () => resolve(argv, env)
  expect(refused).toThrow(ConfigError)
  expect(refused).toThrow(message)
  try {
    refused()
  } catch (error) {
    expect((error as Error).message).not.toContain('\n')
    expect((error as Error).message).not.toContain('s3cret')
  }
})

test.each(['0.0.0.0', '192.168.1.10', '::', 'example.org'])('the address %s needs tokens', (host) => {
  expect(() => resolve([], { HUBLINE_HOST: host })).toThrow(/HUBLINE_HOST=.* needs tokens/)
  expect(resolve([], { HUBLINE_HOST: host, HUBLINE_TOKENS: 'ingest:*:x' }).host).toBe(host)
})

test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('the address %s needs none', (host) => {
  expect(resolve(['--host', host]).host).toBe(host)
})

test('further ports are a list of which none is used twice', () => {
  expect(resolve([]).extraPorts).toEqual([])
  expect(resolve([], { HUBLINE_EXTRA_PORTS: '8000, 8002' }).extraPorts).toEqual([8000, 8002])
  const refused = (ports: string) => () =>
    resolve([], { HUBLINE_EXTRA_PORTS: ports, HUBLINE_GRPC_PORT: '4317' })
  expect(refused('8000,http')).toThrow(/HUBLINE_EXTRA_PORTS is "8000,http" but must be at most 10 ports/)
  for (const port of [4317, 4318])
    expect(refused(`8000,${port}`)).toThrow(`has port ${port}, which this collector`)
  expect(refused('8000,8000')).toThrow('HUBLINE_EXTRA_PORTS has port 8000')
})

test('health checks go to private networks only where that is allowed', () => {
  expect(resolve([]).pullPrivate).toBe('public')
  expect(resolve([], { HUBLINE_PULL_PRIVATE: 'allow' }).pullPrivate).toBe('private')
  expect(() => resolve([], { HUBLINE_PULL_PRIVATE: 'yes' })).toThrow(/but must be allow or refuse/)
})
