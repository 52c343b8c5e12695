import { isUlid } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { collectorForTest, dataDirectory, event, type Json } from './testing/collector.ts'

test('one event is answered as the hub contract says', async () => {
  const hub = await collectorForTest()
  const occurred_at = '2026-01-31T12:00:00Z'
  const { status, body } = await hub.events(
    event({ type: 'AppRegistered', occurred_at, payload: { version: '1' } }),
  )
  expect(status).toBe(201)
  expect(Object.keys(body)).toEqual(['id', 'type', 'source', 'occurred_at', 'created_at'])
  expect(isUlid(body.id)).toBe(true)
  expect(body).toMatchObject({ type: 'AppRegistered', source: 'shop', occurred_at })

  const list = await hub.get('/api/v1/hub/events')
  expect(list.body).toMatchObject({
    data: [
      {
        id: body.id,
        type: 'AppRegistered',
        version: 1,
        source: 'shop',
        occurred_at,
        payload: { version: '1' },
      },
    ],
    has_more: false,
    next_cursor: expect.any(String),
  })
  expect(isUlid(list.body.next_cursor)).toBe(true)
  expect((await hub.get(`/api/v1/hub/events/${body.id}`)).body).toEqual(list.body.data[0])
})

test('an invalid event is answered field by field', async () => {
  const hub = await collectorForTest()
  const { status, body } = await hub.events({
    type: '',
    source: 's'.repeat(101),
    occurred_at: 'yesterday',
    payload: [],
  })
  expect(status).toBe(422)
  expect(Object.keys(body.errors).toSorted()).toEqual(['occurred_at', 'payload', 'source', 'type'])
  expect(body.error).toBe('validation_failed')
  expect(body.message).toContain('type')
  expect(await hub.allEvents()).toEqual([])
})

test('occurred_at may be 5 minutes ahead for one event, any time in a batch', async () => {
  const now = Date.UTC(2026, 0, 31)
  const hub = await collectorForTest({ clock: () => now })
  const at = (ms: number) => event({ occurred_at: new Date(now + ms).toISOString() })
  expect((await hub.events(at(300_000))).status).toBe(201)
  const refused = await hub.events(at(300_001))
  expect(refused.status).toBe(422)
  expect(refused.body.errors.occurred_at[0]).toContain('5 minutes')
  expect((await hub.events([at(86_400_000)])).body.accepted).toBe(1)
  const lines = `${JSON.stringify(at(86_400_000))}\n${JSON.stringify(at(300_001))}`
  const taken = await hub.events(lines, { 'content-type': 'application/x-ndjson' })
  expect(taken.body).toEqual({ accepted: 2, duplicates: 0, rejected: [] })
})

test('a batch keeps what is good and names what is not', async () => {
  const hub = await collectorForTest()
  const batch = [event({ id: 'one' }), event({ id: 'two', payload: 1 }), event({ id: 'one' }), 7, event()]
  const { status, body } = await hub.events(batch)
  expect(status).toBe(200)
  expect(body).toMatchObject({ accepted: 2, duplicates: 1 })
  expect(body.rejected).toMatchObject([
    { index: 1, id: 'two', error: 'validation_failed', errors: { payload: [expect.any(String)] } },
    { index: 3, error: 'validation_failed' },
  ])
  expect((await hub.events([])).body).toEqual({ accepted: 0, duplicates: 0, rejected: [] })

  const bad = await hub.events([{}, {}])
  expect(bad.status).toBe(422)
  expect(bad.body).toMatchObject({
    error: 'validation_failed',
    accepted: 0,
    rejected: [{ index: 0 }, { index: 1 }],
  })
})

test('payloads of native types must make sense, those of others are free', async () => {
  const hub = await collectorForTest()
  const metric = event({ type: 'MetricReported', payload: { metric: 'orders', value: 'abc' } })
  const single = await hub.events(metric)
  expect([single.status, single.body.errors]).toEqual([
    422,
    { 'payload.value': ['must be a number, not text'] },
  ])
  const batch = [
    { ...metric, id: 'm' },
    event({ type: 'ErrorReported', payload: {} }),
    event({ type: 'LifecycleChanged', payload: { state: '' } }),
    event({ type: 'AppRegistered', payload: { version: 7 } }),
    event({ type: 'AgentHeartbeat', payload: { interval_s: -1 } }),
    event({ type: 'InteractionDetected', payload: { action: '' } }),
    event({ type: 'shop.metric', payload: { value: 'abc' } }),
    event({ type: 'DeploySignal', payload: { anything: true } }),
    event({ type: 'MetricReported', payload: { metric: 'm', value: 1, more: [1] } }),
  ]
  const { status, body } = await hub.events(batch)
  expect([status, body.accepted]).toEqual([200, 3])
  expect(body.rejected.map(({ errors }: Json) => Object.keys(errors))).toEqual([
    ['payload.value'],
    ['payload.message'],
    ['payload.state'],
    ['payload.version'],
    ['payload.interval_s'],
    ['payload.action'],
  ])
  expect(body.rejected[0]).toMatchObject({ index: 0, id: 'm', error: 'validation_failed' })
  expect(body.rejected[0].message).toBe('payload.value: must be a number, not text')
})

test('bytes that are no UTF-8 are refused and never stored mangled', async () => {
  const hub = await collectorForTest()
  const [head, tail] = JSON.stringify(event({ payload: { name: '|' } })).split('|')
  const broken = Buffer.concat([Buffer.from(head!), Buffer.from([0xff, 0xfe]), Buffer.from(tail!)])
  const single = await hub.events(broken)
  expect([single.status, single.body.error]).toEqual([400, 'invalid_json'])
  expect(single.body.message).toContain('UTF-8')
  const whole = Buffer.from(`\n${JSON.stringify(event({ payload: { name: 'köln' } }))}`)
  const lines = await hub.events(Buffer.concat([broken, whole]), { 'content-type': 'application/x-ndjson' })
  expect(lines.body).toMatchObject({ accepted: 1, rejected: [{ index: 0, error: 'invalid_json' }] })
  expect((await hub.allEvents()).map(({ payload }) => payload)).toEqual([{ name: 'köln' }])
})

test('NDJSON: a broken line is rejected alone', async () => {
  const hub = await collectorForTest()
  const text = `${JSON.stringify(event())}\n\n{"type":\r\n${JSON.stringify(event())}`
  const { status, body } = await hub.events(text, { 'content-type': 'application/x-ndjson; charset=utf-8' })
  expect(status).toBe(200)
  expect(body).toMatchObject({ accepted: 2, rejected: [{ index: 1, error: 'invalid_json' }] })
})

test('an id is stored once, also across a restart', async () => {
  const data = await dataDirectory()
  const first = await collectorForTest({ data })
  const ids = ['01KGA5ZJ40ABCDEFGHJKMNPQRS', 'f47ac10b-58cc-4372-a567-0e02b2c3d479']
  const stored = await Promise.all(ids.map((id) => first.events(event({ id, payload: { try: 1 } }))))
  await first.collector.close()

  const second = await collectorForTest({ data })
  for (const [index, id] of ids.entries()) {
    const again = await second.events(event({ id, payload: { try: 2 } }))
    expect(again.status).toBe(201)
    expect(again.body.created_at).toBe(stored[index]!.body.created_at)
  }
  const events = await second.allEvents()
  expect(events.map(({ id, payload }) => [id, payload.try]).toSorted()).toEqual(
    ids.map((id) => [id, 1]).toSorted(),
  )
})

test('hostile values come back as they were sent', async () => {
  const hub = await collectorForTest()
  const payload = {
    text: '"\\\u2028</script>\u0000💥',
    nested: { list: [1, null, -0.5, 1e300] },
    constructor: 'x',
  }
  await hub.events(event({ id: "x';DROP", payload, tags: ['a"b'] }))
  const [stored] = await hub.allEvents()
  expect(stored).toMatchObject({ id: "x';DROP", payload, tags: ['a"b'] })
})

test('errors are JSON with a code and a message', async () => {
  const hub = await collectorForTest()
  const cases: [Promise<{ status: number; body: Json }>, number, string][] = [
    [hub.events('{"type":'), 400, 'invalid_json'],
    [hub.events('x', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type'],
    [hub.events('x', { 'content-encoding': 'br' }), 415, 'unsupported_encoding'],
    [hub.get('/api/v1/hub/events?limit=0'), 400, 'invalid_parameter'],
    [hub.get('/api/v1/hub/events?limit=201'), 400, 'invalid_parameter'],
    [hub.get('/api/v1/hub/events?cursor=nonsense'), 400, 'invalid_parameter'],
    [hub.get('/api/v1/hub/events?since=tomorrow'), 400, 'invalid_parameter'],
    [hub.get('/api/v1/hub/events/01KGA5ZJ40ABCDEFGHJKMNPQRS'), 404, 'not_found'],
    [hub.get('/nothing/here'), 404, 'not_found'],
    [hub.get('/%zz'), 400, 'invalid_url'],
    [hub.get('/api/v1/traces/xyz'), 400, 'invalid_parameter'],
    [hub.get(`/api/v1/traces/${'a'.repeat(32)}`), 404, 'not_found'],
    [hub.get('/api/v1/services/nobody'), 404, 'not_found'],
  ]
  for (const [answer, status, error] of cases) {
    const { body, ...rest } = await answer
    expect([rest.status, body.error]).toEqual([status, error])
    expect(body.message.length).toBeGreaterThan(10)
  }
})

test('another method answers 405 and says which there are', async () => {
  const { url } = await collectorForTest()
  for (const [path, allow] of [
    ['/api/v1/hub/events', 'GET, POST, HEAD'],
    ['/api/v1/services', 'GET, HEAD'],
    ['/v1/traces', 'POST'],
  ]) {
    const response = await fetch(url + path, { method: 'DELETE' })
    await response.arrayBuffer()
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
  }
  for (const path of ['/v1/traces', '/api/v1/stats']) {
    const response = await fetch(url + path, { method: 'OPTIONS' })
    await response.arrayBuffer()
    expect(response.status).toBe(405)
  }
})
