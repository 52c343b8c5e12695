import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, it } from 'vitest'
import type { Transport } from '../client/transport.ts'
import { resolveConfig } from '../config/resolve.ts'
import { Hub } from '../hub.ts'
import { beginExchange } from './begin.ts'
import type { HttpRequest } from './http.ts'

const transport: Transport = {
  send: () => Promise.resolve({ status: 200, headers: {}, body: '{"accepted":1}' }),
  close() {},
}

function start() {
  const lines: string[] = []
  const say = (line: string): void => void lines.push(line)
  const { config } = resolveConfig({ url: 'http://127.0.0.1/x', transport }, {}, '/')
  const hub = new Hub(config, { error: say, warn: say, info: say, debug() {} }, { transport })
  const exchange = () => {
    const request = new IncomingMessage(new Socket())
    return beginExchange(hub, request, new ServerResponse(request))!
  }
  const messages = (errors = exchange().errors) =>
    errors?.map((captured) => captured.describe(hub.redact).message)
  return { lines, hub, exchange, messages }
}

it('lets a request that cannot be watched go on, and says so once', () => {
  const { lines, hub } = start()
  const bare = (): HttpRequest => ({ method: 'GET', url: '/' }) as HttpRequest
  expect(beginExchange(hub, bare(), {} as ServerResponse)).toBe(undefined)
  expect(beginExchange(hub, bare(), {} as ServerResponse)).toBe(undefined)
  expect(lines).toEqual([expect.stringMatching(/^\[HUB\] A request went on unwatched/)])
})

it('is not felt where what an adapter adds fails', () => {
  const { lines, hub } = start()
  const request = new IncomingMessage(new Socket())
  const attend = (): never => {
    throw new Error('no such thing')
  }
  expect(beginExchange(hub, request, new ServerResponse(request), attend)).toBe(undefined)
  expect(lines).toEqual([expect.stringContaining('no such thing')])
})

it('watches a request that came over no connection', () => {
  const { lines, hub } = start()
  const request = new IncomingMessage(null as unknown as Socket)
  expect(beginExchange(hub, request, new ServerResponse(request))).toMatchObject({ method: 'GET' })
  expect(lines).toEqual([])
})

it('takes an error and those that are its causes for one, in whichever order they come', () => {
  const { exchange, messages } = start()
  const root = new Error('root')
  const middle = new Error('middle', { cause: root })
  const outer = new Error('outer', { cause: middle })
  for (const order of [
    [root, middle, outer],
    [outer, root, middle],
    [middle, outer, root],
  ]) {
    const one = exchange()
    for (const error of order) one.fail(error)
    expect(messages(one.errors)).toEqual(['outer'])
  }
})

it('takes an aggregate for what it is made of, and leaves the others', () => {
  const { exchange, messages } = start()
  const [left, right, other] = [new Error('left'), new Error('right'), new Error('other')]
  const one = exchange()
  for (const error of [left, other, right, new AggregateError([left, right], 'both')]) one.fail(error)
  expect(messages(one.errors)).toEqual(['both', 'other'])
})

it('says an error once that was said before another was made of it', () => {
  const { exchange, messages } = start()
  const inner = new Error('inner')
  const one = exchange()
  one.fail(inner)
  messages(one.errors)
  one.errors![0]!.reported = true
  one.fail(new Error('outer', { cause: inner }))
  expect(messages(one.errors)).toEqual(['inner'])
})
