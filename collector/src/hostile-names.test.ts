import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { collectorForTest, dataDirectory, event, type Json, type TestCollector } from './testing/collector.ts'

/** Names that are something else to SQL, paths, headers, regular expressions, JSON or a prototype. */
const NAMES = [
  `x'; DROP TABLE services; --`,
  `" OR "1"="1`,
  `x' UNION SELECT hash FROM tokens --`,
  '%',
  '_',
  '*',
  '../../../../etc/passwd',
  '..',
  '/etc/passwd',
  'C:\\windows\\win.ini',
  'a/b',
  'name%2fwith%2fescapes',
  '<script>alert(1)</script>',
  '${7*7}{{7*7}}',
  '$(touch hacked)`touch hacked`',
  '__proto__',
  'constructor',
  'toString',
  'null',
  '[object Object]',
  '(a+)+$',
  'snow ☃ and 🔑',
  'right\u202Eto left',
  '"quoted\\"',
]

/** In a path, these mean another one to whoever makes the URL. */
const NOT_IN_PATHS = new Set(['..'])
/** As a filter of types, these stand for others on purpose. */
const PATTERNS = new Set(['*'])

interface Taken {
  door: string
  send: (hub: TestCollector, name: string) => Promise<{ status: number; body: Json }>
}

const now = () => `${Date.now()}000000`
const resource = (name: string) => ({
  attributes: [
    { key: 'service.name', value: { stringValue: name } },
    { key: 'service.instance.id', value: { stringValue: name } },
    { key: name, value: { stringValue: name } },
  ],
})
const attributes = [{ key: 'x', value: { stringValue: 'y' } }]
const TRACE = 'ab'.repeat(16)

const DOORS: Taken[] = [
  {
    door: 'events',
    send: (hub, name) =>
      hub.events(event({ source: name, instance: name, type: name, tags: [name], env: name })),
  },
  {
    door: 'payloads',
    send: (hub, name) =>
      hub.events(event({ source: name, payload: JSON.parse(`{${JSON.stringify(name)}:1}`) })),
  },
  {
    door: 'the bus',
    send: (hub, name) =>
      hub.post(
        `/api/v1/messagebus/publish?${new URLSearchParams({ event_type: name, source_service: name })}`,
        {},
      ),
  },
  {
    door: 'traces',
    send: (hub, name) =>
      hub.post('/v1/traces', {
        resourceSpans: [
          {
            resource: resource(name),
            scopeSpans: [
              {
                scope: { name },
                spans: [
                  {
                    traceId: TRACE,
                    spanId: 'cd'.repeat(8),
                    name,
                    startTimeUnixNano: now(),
                    endTimeUnixNano: now(),
                    attributes: [{ key: name, value: { stringValue: name } }],
                  },
                ],
              },
            ],
          },
        ],
      }),
  },
  {
    door: 'logs',
    send: (hub, name) =>
      hub.post('/v1/logs', {
        resourceLogs: [
          {
            resource: resource(name),
            scopeLogs: [
              {
                scope: { name },
                logRecords: [{ timeUnixNano: now(), eventName: name, body: { stringValue: name } }],
              },
            ],
          },
        ],
      }),
  },
  {
    door: 'metrics',
    send: (hub, name) =>
      hub.post('/v1/metrics', {
        resourceMetrics: [
          {
            resource: resource(name),
            scopeMetrics: [
              {
                metrics: [
                  {
                    name,
                    unit: name,
                    gauge: { dataPoints: [{ timeUnixNano: now(), asInt: '1', attributes }] },
                  },
                ],
              },
            ],
          },
        ],
      }),
  },
]

/** Every file of a data directory that is made by name or number, without what SQLite adds. */
async function filesOf(data: string): Promise<string[]> {
  const files = await readdir(data, { recursive: true })
  return files.map((file) => file.replace(/-(wal|shm|journal)$/, '').replaceAll(/\d+/g, 'N')).toSorted()
}

test.each(DOORS)('over $door names are taken as names', async ({ send }) => {
  const data = await dataDirectory()
  const hub = await collectorForTest({ data })
  expect((await send(hub, 'plain')).status).toBeLessThan(300)
  const files = new Set(await filesOf(data))
  for (const name of NAMES) {
    const { status, body } = await send(hub, name)
    expect([name, status < 300, body.partialSuccess ?? {}]).toEqual([name, true, {}])
  }
  const services = (await hub.get('/api/v1/services?limit=200')).body.data.map((each: Json) => each.name)
  expect(services.toSorted()).toEqual(['plain', ...NAMES].toSorted())
  for (const name of NAMES.filter((each) => !NOT_IN_PATHS.has(each))) {
    const { status, body } = await hub.get(`/api/v1/services/${encodeURIComponent(name)}`)
    expect([name, status, body.name]).toEqual([name, 200, name])
    const query = new URLSearchParams({ source: name })
    const list = await hub.get(`/api/v1/hub/events?${query}`)
    expect([name, new Set(list.body.data.map((each: Json) => each.source)).size <= 1]).toEqual([name, true])
  }
  // Parts may be new; a file of another kind may not.
  for (const file of await filesOf(data)) expect([...files]).toContain(file)
  expect(await readdir(join(data, '..'))).not.toContain('hacked')
})

test('what is asked for by a hostile name is not found, and nothing else happens', async () => {
  const hub = await collectorForTest()
  await hub.events(event())
  for (const name of NAMES.filter((each) => !NOT_IN_PATHS.has(each) && !PATTERNS.has(each))) {
    const escaped = encodeURIComponent(name)
    for (const path of [
      `/api/v1/services/${escaped}`,
      `/api/v1/services/${escaped}/delivery`,
      `/api/v1/hub/events/${escaped}`,
      `/api/v1/traces/${escaped}`,
    ]) {
      const { status, body } = await hub.get(path)
      expect([path, status === 400 || status === 404, typeof body.error]).toEqual([path, true, 'string'])
    }
    for (const path of [
      `/api/v1/hub/events?type=${escaped}`,
      `/api/v1/hub/events?cursor=${escaped}`,
      `/api/v1/traces?service=${escaped}`,
    ]) {
      const { status, body } = await hub.get(path)
      expect([path, status === 400 || body.data?.length === 0]).toEqual([path, true])
    }
  }
  expect((await hub.get('/api/v1/services')).body.data.length).toBe(1)
})

test('a token is called, and bound to, whatever names are', async () => {
  const data = await dataDirectory()
  const hub = await collectorForTest({ data })
  const { body: chief } = await hub.post('/api/v1/tokens', { name: 'chief', scope: 'admin' })
  const by = { authorization: `Bearer ${chief.secret}` }
  for (const name of NAMES.filter((each) => each !== '*')) {
    const { status, body } = await hub.post('/api/v1/tokens', { name, scope: 'ingest', source: name }, by)
    expect([name, status]).toEqual([name, 201])
    const own = { authorization: `Bearer ${body.secret}` }
    expect((await hub.events(event({ source: name }), own)).status).toBe(201)
    expect((await hub.events(event({ source: `${name}2` }), own)).body.error).toBe('source_mismatch')
  }
})
