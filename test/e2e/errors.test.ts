import { getHub } from '@hubline/core'
import { expect, test } from 'vitest'
import { collectorForTest, type Json, type TestCollector } from '../../collector/src/testing/collector.ts'
import { serveExpress } from '../contract/express-app.ts'
import { ask } from '../support/http.ts'

class PaymentError extends Error {}

function declined(card: string): never {
  throw new PaymentError(`card ${card} was declined`)
}

const groups = async (hub: TestCollector): Promise<Json[]> => (await hub.get('/api/v1/errors')).body.data

/** An Express app that reports to the collector. */
const appFor = (hub: TestCollector) =>
  serveExpress(
    (app) => {
      app.get('/pay/:card', (req) => declined(req.params.card))
      app.get('/late/:card', (req, res) => {
        getHub().error(new PaymentError(`card ${req.params.card} is late`), { fingerprint: 'late-cards' })
        res.send('later')
      })
      app.get('/fine', (_req, res) => void res.send('fine'))
    },
    { url: hub.url, source: 'shop', instance: 'shop-1' },
  )

test('what an Express app throws is one error, whose event, span and log all lead to it', async () => {
  const collector = await collectorForTest()
  const { url, end } = await appFor(collector)
  await ask(`${url}/fine`)
  expect((await ask(`${url}/pay/17`)).status).toBe(500)
  expect((await ask(`${url}/pay/42`)).status).toBe(500)
  await end()
  const [group, ...others] = await groups(collector)
  expect(others).toEqual([])
  expect(group).toMatchObject({
    service: 'shop',
    type: 'PaymentError',
    message: 'card 42 was declined',
    culprit: expect.stringMatching(/^declined \(.*test\/e2e\/errors\.test\.ts:\d+\)$/),
    count: 2,
    state: 'open',
    handled: false,
    fingerprint_version: 2,
  })
  const { example } = (await collector.get(`/api/v1/errors/${group.id}`)).body
  expect(example).toMatchObject({
    told_by: ['event', 'span_event', 'log'],
    route: '/pay/:card',
    method: 'GET',
    status: 500,
    instance: 'shop-1',
    frames: expect.arrayContaining([
      expect.objectContaining({ function: 'declined', in_app: true, line: expect.any(Number) }),
    ]),
  })
  const trace = (await collector.get(`/api/v1/traces/${example.trace_id}`)).body
  expect(trace.exceptions).toMatchObject([{ spanId: example.span_id, message: 'card 42 was declined' }])
  const before = (await collector.get(`/api/v1/errors/${group.id}/before`)).body.data as Json[]
  expect(before.map(({ kind, event }) => kind === 'event' && event.payload.action)).toContain('GET /fine')
})

test('a fingerprint that the app chose makes the group', async () => {
  const collector = await collectorForTest()
  const { url, end } = await appFor(collector)
  await ask(`${url}/late/17`)
  await end()
  const [group] = await groups(collector)
  expect(group).toMatchObject({ count: 1, fingerprint: 'chosen:late-cards', handled: true })
  const { example } = (await collector.get(`/api/v1/errors/${group.id}`)).body
  const trace = (await collector.get(`/api/v1/traces/${example.trace_id}`)).body
  const attributes = trace.logs.map((log: Json) => log.attributes['hub.error.fingerprint'])
  expect(attributes).toContain('late-cards')
})

test('of a storm that the client folds every error counts once', async () => {
  const collector = await collectorForTest()
  const { url, end } = await appFor(collector)
  for (let card = 0; card < 30; card++) await ask(`${url}/pay/${card}`)
  await end()
  expect(await groups(collector)).toMatchObject([{ count: 30, type: 'PaymentError' }])
})
