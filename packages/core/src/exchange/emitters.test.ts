import { EventEmitter, once } from 'node:events'
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { currentExchange, exchangeStorage } from '../context/store.ts'
import { type Watched, watch } from './test-server.ts'
import { watchUnseen } from './unseen.ts'

/** Sends a body in two parts, the second when the handler has been reached. */
async function post({ port }: Watched, reached: Promise<unknown>): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\none')
  await reached
  socket.write('two')
  const answer = await text(socket)
  return answer.slice(answer.indexOf('\r\n\r\n') + 4)
}

test('what listens to a request or response is in its context', async () => {
  const heard: Record<string, unknown> = {}
  const hear = (name: string): void => void (heard[name] = currentExchange()?.traceId)
  const reached = new EventEmitter()
  const watched = await watch((req, res) => {
    for (const name of ['data', 'end', 'close']) req.on(name, () => hear(`request ${name}`))
    for (const name of ['finish', 'close']) res.on(name, () => hear(`response ${name}`))
    req.once('end', () => setImmediate(() => res.end(currentExchange()?.traceId)))
    reached.emit('now')
  })
  const traceId = await post(watched, once(reached, 'now'))
  const { trace_id } = await watched.sink.event('InteractionDetected')
  expect(traceId).toBe(trace_id)
  await watched.hub.flush()
  expect(heard).toEqual({
    'request data': trace_id,
    'request end': trace_id,
    'request close': trace_id,
    'response finish': trace_id,
    'response close': trace_id,
  })
})

test('who alone listens beside Node itself is in its context', async () => {
  const heard: Record<string, unknown> = {}
  const answers: Record<string, (req: IncomingMessage, res: ServerResponse) => void> = {
    'end before the answer': (req, res) => req.on('end', () => res.end()).resume(),
    'end after the answer': (req, res) => res.once('finish', () => req.resume()).end(),
    'end of what nobody reads': (req, res) => setImmediate(() => res.end(() => req.resume())),
  }
  for (const [name, answer] of Object.entries(answers)) {
    const reached = new EventEmitter()
    const watched = await watch((req, res) => {
      req.once('end', () => (heard[name] = currentExchange()?.traceId))
      answer(req, res)
      reached.emit('now')
    })
    watchUnseen(watched.hub, watched.server)
    const agent = new Agent({ keepAlive: true })
    const sent = request({ port: watched.port, method: 'POST', agent, headers: { 'content-length': 6 } })
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>
    sent.write('one')
    await once(reached, 'now')
    sent.end('two')
    await text((await answered)[0])
    const { trace_id } = await watched.sink.event('InteractionDetected')
    await expect.poll(() => heard[name]).toBe(trace_id)
    agent.destroy()
  }
})

test('the context of a request is entered once where the app does not listen to its end', async () => {
  const watched = await watch((_req, res) => res.end('done'))
  watchUnseen(watched.hub, watched.server)
  const run = vi.spyOn(exchangeStorage(), 'run')
  onTestFinished(() => run.mockRestore())
  await post(watched, Promise.resolve())
  const { trace_id } = await watched.sink.event('InteractionDetected')
  expect(run.mock.calls.map(([exchange]) => exchange.traceId)).toEqual([trace_id])
})

test('an emit that somebody else has put there, before or after, is called as before', async () => {
  const called: string[] = []
  const spy = (emitter: EventEmitter, name: string): void => {
    const { emit } = emitter
    emitter.emit = function (this: EventEmitter, ...args) {
      if (args[0] === 'ours') called.push(name)
      return emit.apply(this, args)
    }
  }
  const watched = await watch((req, res) => {
    spy(req, 'after')
    const child = Object.create(req) as IncomingMessage
    child.once('ours', () => called.push('heard'))
    child.emit('ours')
    res.end()
  })
  watched.server.prependListener('request', (req: IncomingMessage) => spy(req, 'before'))
  await post(watched, Promise.resolve())
  expect(called).toEqual(['after', 'before', 'heard'])
})

test('a request looks as it does without us, and an error that nobody hears is thrown', async () => {
  let keys: string[] = []
  let thrown: unknown
  const watched = await watch((req, res) => {
    keys = Object.keys(req)
    try {
      req.emit('error', new RangeError('unheard'))
    } catch (error) {
      thrown = error
    }
    res.end()
  })
  await post(watched, Promise.resolve())
  expect(keys).toContain('httpVersion')
  expect(keys).not.toContain('emit')
  expect(thrown).toMatchObject({ message: 'unheard' })
})
