import { isDeepStrictEqual } from 'node:util'
import { MEDIA_TYPES, type Encoding, type Signal } from './messages.ts'
import type { Answer, Target } from './target.ts'
import { decode, type Fields, type MessageName } from './wire.ts'

/** One thing that a server must do. */
export interface Requirement {
  section: string
  /** As a sentence about the server. */
  text: string
  /** OTLP leaves it to the server; where it is missing, nothing is wrong. */
  optional?: true
  /**
   * @throws {Unmet} when the server does something else.
   * @throws {NotSeen} when that cannot be told.
   */
  check(target: Target): Promise<void>
}

/** What a server did, where it should have done something else. */
export class Unmet extends Error {
  override readonly name: string = 'Unmet'
  readonly sent: string
  readonly expected: string
  readonly got: string

  constructor(sent: string, expected: string, got: string) {
    super(`sent ${sent}; expected ${expected}; got ${got}`)
    this.sent = sent
    this.expected = expected
    this.got = got
  }
}

/** Why a requirement could not be looked at. */
export class NotSeen extends Error {
  override readonly name: string = 'NotSeen'
}

const SHOWN = 300

/** The answer in a line. */
export function told({ status, headers, body }: Answer): string {
  const type = headers['content-type'] ?? 'no content-type'
  const readable = type.includes('protobuf') ? `${body.toString('hex')} (hex)` : body.toString()
  const shown = body.byteLength === 0 ? 'empty body' : readable.slice(0, SHOWN)
  return `${status}, ${type}, ${shown}`
}

/** @throws {Unmet} unless `holds`. */
export function must(answer: Answer, expected: string, holds: boolean): void {
  if (!holds) throw new Unmet(answer.sent, expected, told(answer))
}

/** @throws {Unmet} unless what the server kept of a field is this. */
export function mustEqual(sent: string, what: string, got: unknown, expected: unknown): void {
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? null)) as unknown
  if (isDeepStrictEqual(plain(got), plain(expected))) return
  throw new Unmet(sent, `${what} ${JSON.stringify(expected)}`, JSON.stringify(got) ?? 'nothing')
}

const mediaType = (answer: Answer) => (answer.headers['content-type'] ?? '').split(';')[0]!.trim()

const RESPONSES = {
  traces: ['ExportTraceServiceResponse', 'rejectedSpans'],
  logs: ['ExportLogsServiceResponse', 'rejectedLogRecords'],
  metrics: ['ExportMetricsServiceResponse', 'rejectedDataPoints'],
} as const satisfies Record<Signal, [MessageName, string]>

/** What a 200 says of rejected items; null where partial_success is unset. */
export interface Partial {
  rejected: number
  message: string
}

/** Reads the 200 to an export. @throws {Unmet} when it is none, or has another encoding. */
export function accepted(answer: Answer, signal: Signal, encoding: Encoding): Partial | null {
  must(answer, 'status 200', answer.status === 200)
  must(answer, `content-type ${MEDIA_TYPES[encoding]}`, mediaType(answer) === MEDIA_TYPES[encoding])
  const [name, count] = RESPONSES[signal]
  const partial = read(answer, encoding, name)['partialSuccess'] as Fields | undefined
  if (partial === undefined || partial === null) return null
  const [rejected, message] = [Number(partial[count] ?? 0), partial['errorMessage'] ?? '']
  must(
    answer,
    'a partial_success with a number and a message',
    Number.isInteger(rejected) && typeof message === 'string',
  )
  // With neither it says nothing, and should be unset.
  must(answer, 'no empty partial_success', rejected !== 0 || message !== '')
  return { rejected, message: message as string }
}

/** @throws {Unmet} unless everything was taken. */
export function fullSuccess(answer: Answer, signal: Signal, encoding: Encoding): void {
  const partial = accepted(answer, signal, encoding)
  must(answer, 'partial_success unset', partial === null)
}

/**
 * Holds an answer to the form of errors: a google.rpc.Status with a message, in that encoding.
 *
 * @throws {Unmet} when it is another status or body.
 */
export function refused(answer: Answer, statuses: readonly number[], encoding: Encoding): void {
  must(answer, `status ${statuses.join(' or ')}`, statuses.includes(answer.status))
  must(answer, `content-type ${MEDIA_TYPES[encoding]}`, mediaType(answer) === MEDIA_TYPES[encoding])
  const { message } = read(answer, encoding, 'RpcStatus')
  must(answer, 'a google.rpc.Status whose message is set', typeof message === 'string' && message !== '')
}

function read(answer: Answer, encoding: Encoding, name: MessageName): Fields {
  try {
    if (encoding === 'protobuf') return decode(name, answer.body)
    const value: unknown = JSON.parse(answer.body.toString())
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  } catch {
    // Told below, with the body as it is.
  }
  throw new Unmet(answer.sent, `a ${name} in ${encoding}`, told(answer))
}
