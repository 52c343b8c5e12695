import { PassThrough, Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { ask, watch } from './test-server.ts'

const broken = (): Readable =>
  new Readable({
    read() {
      this.destroy(new RangeError('broke'))
    },
  })

test('an answer that the app destroys with an error has failed of it', async () => {
  const error = Object.assign(new RangeError('no more'), { code: 'ECONNRESET' })
  const before = await watch((_req, res) => void res.destroy(error))
  expect((await ask(before.port)).status).toBe(undefined)
  expect(await before.told()).toMatchObject({
    request: { outcome: 'server_error' },
    errors: [{ message: 'no more', handled: false }],
  })
  const after = await watch((_req, res) => void res.write('half', () => res.destroy(error)))
  expect(await ask(after.port)).toMatchObject({ status: 200, whole: false })
  expect(await after.told()).toMatchObject({
    request: { outcome: 'server_error', status: 200 },
    errors: [{ message: 'no more' }],
  })
})

test('a connection that the app destroys with an error has failed of it', async () => {
  const { port, told } = await watch(
    (req, res) => void res.write('half', () => req.destroy(new Error('too much'))),
  )
  await ask(port)
  expect(await told()).toMatchObject({
    request: { outcome: 'server_error' },
    errors: [{ message: 'too much' }],
  })
})

test('an answer that the app breaks off without a word is reported as that', async () => {
  const { port, told } = await watch((_req, res) => void res.write('half', () => res.destroy()))
  await ask(port)
  expect(await told()).toMatchObject({
    request: { outcome: 'server_error', status: 200 },
    errors: [
      { error_type: 'IncompleteResponse', message: 'GET broke off its answer 200; nothing thrown was seen' },
    ],
  })
})

test('a request that the app drops without a head is nobody’s error', async () => {
  const { port, told } = await watch((_req, res) => void res.destroy())
  await ask(port)
  expect(await told()).toMatchObject({ request: { outcome: 'aborted' }, errors: [] })
})

test('the second of several streams in an answer is watched as the first', async () => {
  const { port, told } = await watch((_req, res) => {
    const first = Readable.from(['one'])
    first.once('end', () => {
      const second = broken()
      second.once('error', () => res.destroy())
      second.pipe(res)
    })
    first.pipe(res, { end: false })
  })
  expect(await ask(port)).toMatchObject({ text: 'one', whole: false })
  expect(await told()).toMatchObject({ request: { outcome: 'server_error' }, errors: [{ message: 'broke' }] })
})

test('a stream that outlives the answers it went into is not held by them', async () => {
  const source = new PassThrough()
  const { port, told } = await watch((_req, res) => {
    source.pipe(res, { end: false })
    res.end()
  })
  await ask(port)
  await told()
  expect(source.eventNames().filter((name) => typeof name === 'symbol')).toEqual([])
})

test.each([200, 404])('a stream whose error the app answers with %d is handled', async (status) => {
  const { port, told } = await watch((_req, res) => {
    const source = broken()
    source.once('error', () => res.writeHead(status).end('instead'))
    source.pipe(res)
  })
  expect(await ask(port)).toMatchObject({ status, text: 'instead' })
  expect(await told()).toMatchObject({
    request: { status },
    errors: [{ message: 'broke', handled: true, severity: 'warning' }],
  })
})

test('a response whose headersSent was redefined has the status that was sent', async () => {
  const { port, told } = await watch((_req, res) => {
    Object.defineProperty(res, 'headersSent', { get: () => false })
    res.writeHead(201).end()
    res.statusCode = 500
  })
  expect((await ask(port)).status).toBe(201)
  expect(await told()).toEqual({
    request: expect.objectContaining({ outcome: 'ok', status: 201 }),
    errors: [],
  })
})
