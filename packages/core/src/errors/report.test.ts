import { expect, it } from 'vitest'
import type { Transport } from '../client/transport.ts'
import { resolveConfig } from '../config/resolve.ts'
import { Hub } from '../hub.ts'
import type { HubEvent } from '../wire/event.ts'

const silent = { error() {}, warn() {}, info() {}, debug() {} }

it('accounts for every error of a storm, also for those that come while the hub closes', async () => {
  const reported: HubEvent[] = []
  let onTheWay = (): void => {}
  const transport: Transport = {
    async send({ url, body }) {
      if (!url.endsWith('/events')) return { status: 404, headers: {}, body: '' }
      const lines = Buffer.from(body!).toString().split('\n')
      reported.push(...lines.map((line) => JSON.parse(line) as HubEvent))
      onTheWay()
      return { status: 200, headers: {}, body: '{"accepted":1}' }
    },
    close() {},
  }
  const { config } = resolveConfig({ url: 'http://127.0.0.1/x', dialect: 'hubline' }, {}, '/')
  const hub = new Hub(config, silent, { transport })
  const error = new Error('again')
  let happened = 0
  const fail = (times: number): void => {
    happened += times
    for (let n = 0; n < times; n++) hub.error(error)
  }
  hub.start()
  fail(500)
  onTheWay = () => {
    onTheWay = () => {}
    fail(7)
  }
  await hub.close()
  const errors = reported.filter(({ type }) => type === 'ErrorReported')
  const counts = errors.map(({ payload }) => (payload['folded'] ? (payload['count'] as number) : 1))
  expect(counts.reduce((sum, count) => sum + count)).toBe(happened)
  expect(happened).toBe(507)
  expect(errors.filter(({ payload }) => payload['folded'])[0]).toMatchObject({
    severity: 'error',
    payload: { count: 480, handled: true, message: 'again' },
  })
  expect(reported.at(-1)).toMatchObject({ payload: { state: 'stopped' } })
})
