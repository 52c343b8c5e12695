import { describe, expect, it } from 'vitest'
import { resolveConfig } from './resolve.ts'

const resolve = (env: Record<string, string> = {}, options = {}) =>
  resolveConfig(options, env, import.meta.dirname)
const lines = (env: Record<string, string>, options = {}) =>
  resolve(env, options).notices.map(({ line }) => line)

describe('resolveConfig', () => {
  it('takes option over variable over default', () => {
    const env = { HUB_API_URL: 'http://127.0.0.1:4318', HUB_SOURCE: 'env', HUB_BATCH_SIZE: '7' }
    expect(resolve(env, { source: 'option' }).config).toMatchObject({
      source: 'option',
      batchSize: 7,
      maxRetries: 3,
    })
  })

  it('is frozen', () => {
    expect(Object.isFrozen(resolve().config)).toBe(true)
  })

  it('adds the hub path to a bare address and keeps a given one', () => {
    expect(resolve({ HUB_API_URL: 'http://localhost:4318/' }).config.url).toBe(
      'http://localhost:4318/api/v1/hub',
    )
    expect(resolve({ HUB_API_URL: 'http://localhost/x/' }).config.url).toBe('http://localhost/x')
  })

  it.each([
    ['HUB_BATCH_SIZE', 'abc', 'using 512'],
    ['HUB_HEARTBEAT_INTERVAL', 'soon', 'using 60000'],
    ['HUB_QUEUE_MAX_BYTES', '12', 'using 16777216'],
    ['HUB_TIMEOUT', '5', 'using 5000'],
    ['HUB_INTERACTIONS', '2', 'using auto'],
    ['HUB_EVENTS_ENABLED', 'maybe', 'it is ignored'],
    ['HUB_LOG_LEVEL', 'loud', 'using warn'],
  ])('names %s=%s, what it wants and what is used instead', (variable, value, then) => {
    const said = lines({ HUB_API_URL: 'http://127.0.0.1:1', [variable]: value })
    expect(said).toHaveLength(1)
    expect(said[0]).toContain(`${variable}: got "${value}", wants `)
    expect(said[0]).toContain(then)
  })

  it('says one line for an address that is none, and is inert', () => {
    const { config, notices } = resolve({ HUB_API_URL: 'nonsense' })
    expect(config.mode).toBe('inert')
    expect(notices).toEqual([
      {
        level: 'warn',
        line: expect.stringMatching(/^\[HUB\] HUB_API_URL: got "nonsense", wants .*nothing is sent\.$/),
      },
    ])
  })

  it('never prints a token', () => {
    expect(lines({ HUB_API_URL: 'http://127.0.0.1:1', HUB_API_TOKEN: 'a b-secret' }).join()).not.toContain(
      'secret',
    )
  })

  it.each([
    [{}, 'inert', /^\[HUB\] Nothing is sent: set HUB_API_URL=/],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
      'inert',
      /^\[HUB\] Only OTLP is sent: set HUB_API_URL=.* for hub events\.$/,
    ],
    [{ HUB_EVENTS_ENABLED: 'true' }, 'inert', /^\[HUB\] Error: Missing HUB_API_URL or HUB_API_TOKEN$/],
    [
      { HUB_API_URL: 'https://hub.example.com' },
      'inert',
      /^\[HUB\] Error: Missing HUB_API_URL or HUB_API_TOKEN$/,
    ],
  ])('%o is %s and says why', (env, mode, line) => {
    const { config, notices } = resolve(env as Record<string, string>)
    expect(config.mode).toBe(mode)
    expect(notices.map((notice) => notice.line)).toEqual([expect.stringMatching(line)])
  })

  it.each([
    [{ HUB_EVENTS_ENABLED: 'false', HUB_API_URL: 'http://127.0.0.1:1' }, 'dry-run'],
    [{ HUB_API_URL: 'http://127.0.0.1:1' }, 'live'],
    [{ HUB_API_URL: 'https://hub.example.com', HUB_API_TOKEN: 't0ken' }, 'live'],
  ])('%o is %s without a word', (env, mode) => {
    const { config, notices } = resolve(env as Record<string, string>)
    expect(config.mode).toBe(mode)
    expect(notices).toEqual([])
  })

  it('names the service by OpenTelemetry variables, then by package.json', () => {
    expect(resolve({ OTEL_SERVICE_NAME: 'otel' }).config.source).toBe('otel')
    expect(resolve({ OTEL_RESOURCE_ATTRIBUTES: 'service.name=res%20a,x=1' }).config.source).toBe('res a')
    expect(resolve().config.source).toBe('@hubline/core')
  })

  it('reads the endpoints of OTLP as the specification says', () => {
    const { targets } = resolve({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9/base/',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:9/logs',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=x%20y',
    }).config.otlp
    expect(targets.traces).toMatchObject({
      url: 'http://127.0.0.1:9/base/v1/traces',
      headers: { a: '1', b: 'x y' },
    })
    expect(targets.logs.url).toBe('http://127.0.0.1:9/logs')
  })
})
