import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { hublineReadBack } from './read-back.ts'
import { readable } from './report.ts'
import { judge, REQUIREMENTS, type Report } from './suite.ts'
import { Target } from './target.ts'
import { startFaulty, startYesServer, type Passed } from './wrong-server.ts'

const RUN = fileURLToPath(new URL('run.ts', import.meta.url))
// A body of the burst finds no room in the queue, however slowly the others come.
const LIMITS = { bodyBytes: 400_000, queueBytes: 200_000 }
const OPTIONS = { origin: 'http://localhost:3000', oversize: 500_000, burst: { requests: 4, bytes: 250_000 } }
/** Milliseconds: it only ends what hangs. */
const PATIENCE = { timeout: 60_000 }

const unmet = ({ verdicts }: Report) => verdicts.filter(({ result }) => result !== 'pass')

test('our collector meets every requirement, the optional ones too', PATIENCE, async () => {
  const hub = await collectorForTest({ limits: LIMITS })
  const url = new URL(hub.url)
  const readBack = await hublineReadBack(url, {})
  expect(readBack).toBeDefined()
  const report = await judge(new Target(url, { ...OPTIONS, readBack }))
  expect(unmet(report), readable(report)).toEqual([])
  expect(report).toMatchObject({ passed: REQUIREMENTS.length, failed: 0, readBack: true })
})

test('so it does with tokens, for a page of any origin', PATIENCE, async () => {
  const [sending, reading] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
  const hub = await collectorForTest({ limits: LIMITS, tokens: `ingest:*:${sending},read:*:${reading}` })
  const url = new URL(hub.url)
  expect(await hublineReadBack(url, { authorization: `Bearer ${sending}` })).toBe(undefined)
  const readBack = await hublineReadBack(url, { authorization: `Bearer ${reading}` })
  const headers = { authorization: `Bearer ${sending}` }
  const report = await judge(
    new Target(url, { ...OPTIONS, origin: 'https://shop.example', headers, readBack }),
  )
  expect(unmet(report), readable(report)).toEqual([])
})

interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Runs the command as people do. */
async function run(...args: string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [RUN, ...args])
    return { code: 0, stdout, stderr }
  } catch (error) {
    return error as Ended
  }
}

test('a wrong server fails, with what was sent, expected and got', PATIENCE, async () => {
  const url = await startYesServer()
  const { code, stdout } = await run(url, '--json', '--oversize', '100000', '--burst', '4')
  expect(code).toBe(1)
  const report = JSON.parse(stdout) as Report
  expect(report).toMatchObject({ readBack: false })
  const failed = (section: string) =>
    report.verdicts.filter((verdict) => verdict.section === section && verdict.result === 'fail').length
  for (const section of new Set(REQUIREMENTS.map(({ section }) => section))) {
    expect(failed(section), section).toBeGreaterThan(0)
  }
  const method = report.verdicts.find(({ requirement }) => requirement.startsWith('methods other than POST'))
  expect(method).toEqual({
    section: 'Paths, methods and types',
    requirement: 'methods other than POST on /v1/traces are a 405',
    result: 'fail',
    sent: 'GET /v1/traces',
    expected: 'status 405',
    got: '200, application/json, {"partialSuccess":{}}',
  })
  // An empty partial_success alone makes even its right answers wrong.
  expect(report.verdicts.filter(({ result }) => result === 'pass')).toEqual([])
})

test('the report reads well, and the command says when there is nobody', PATIENCE, async () => {
  const url = await startYesServer()
  const { stdout } = await run(url, '--oversize', '100000', '--burst', '4')
  expect(stdout).toContain(
    [
      '  ✗ methods other than POST on /v1/traces are a 405',
      '      sent      GET /v1/traces',
      '      expected  status 405',
      '      got       200, application/json, {"partialSuccess":{}}',
    ].join('\n'),
  )
  expect(stdout).toMatch(/\n\d+ met, \d+ not met, \d+ optional ones missing, \d+ not seen\n$/)
  for (const args of [['http://127.0.0.1:9'], [], ['http://127.0.0.1:9', '--nope']]) {
    const { code, stderr } = await run(...args)
    expect([code, stderr.includes('Usage: npm run conformance:otlp')]).toEqual([2, true])
  }
})

test('a server that takes everything and keeps nothing is found out by reading back', PATIENCE, async () => {
  const hub = await collectorForTest({ limits: LIMITS })
  const url = new URL(hub.url)
  const readBack = { trace: async () => undefined }
  const report = await judge(new Target(url, { ...OPTIONS, readBack }))
  const names = unmet(report).map(({ requirement }) => requirement)
  expect(names).toContain('64-bit nanoseconds are exact, in protobuf')
  expect(names).toContain('a bad span is counted and explained, and the others are kept, in json')
  expect(names.every((name) => !name.startsWith('POST'))).toBe(true)
})

/** Each spoils one thing of right answers, which the requirement must notice. */
const FAULTS: [fault: string, spoil: (answer: Passed) => void, section: string, notices: string][] = [
  [
    'a 404 for a 405',
    (answer) => answer.status === 405 && (answer.status = 404),
    'Paths, methods and types',
    'methods other than POST on /v1/logs are a 405',
  ],
  [
    'a 500, which loses the batch, for a 413',
    (answer) => answer.status === 413 && (answer.status = 500),
    'Compression and size',
    'the limit holds after decompression too: gzip in json',
  ],
  [
    'a message of protobuf called JSON',
    ({ headers }) =>
      headers['content-type']?.includes('protobuf') && (headers['content-type'] = 'application/json'),
    'Answers to what is taken',
    'an empty request succeeds, in protobuf',
  ],
  [
    'a count of rejected items that is off by one',
    (answer) => (answer.body = Buffer.from(answer.body.toString('latin1').replace('"1"', '"2"'), 'latin1')),
    'Answers to what is taken',
    'a bad span is counted and explained, and the others are kept, in json',
  ],
  [
    'an error without its message',
    (answer) => answer.status >= 400 && (answer.body = Buffer.from([0x08, 0x03])),
    'Errors and overload',
    'every refusal is a google.rpc.Status with a message, in protobuf',
  ],
  [
    'an overload without Retry-After',
    ({ headers }) => delete headers['retry-after'],
    'Errors and overload',
    'an overload is a 429 or 503 with Retry-After of 1 to 3 seconds and a Status, in json',
  ],
  [
    'a minute to wait after an overload',
    ({ headers }) => headers['retry-after'] && (headers['retry-after'] = '60'),
    'Errors and overload',
    'an overload is a 429 or 503 with Retry-After of 1 to 3 seconds and a Status, in protobuf',
  ],
  [
    'tracestate forgotten in CORS',
    ({ headers }) => {
      const name = 'access-control-allow-headers'
      if (headers[name]) headers[name] = String(headers[name]).replace('tracestate', '')
    },
    'Browsers',
    'a page may ask whether it may send, with content-type, authorization, traceparent, tracestate, baggage',
  ],
]

test.each(FAULTS)('%s is noticed', PATIENCE, async (_, spoil, section, notices) => {
  const hub = await collectorForTest({ limits: LIMITS })
  const own = REQUIREMENTS.filter((requirement) => requirement.section === section)
  const right = await judge(new Target(new URL(await startFaulty(hub.url, () => {})), OPTIONS), own)
  expect(unmet(right), readable(right)).toEqual([])
  const wrong = await judge(new Target(new URL(await startFaulty(hub.url, spoil)), OPTIONS), own)
  expect(unmet(wrong).map(({ requirement }) => requirement)).toContain(notices)
})
