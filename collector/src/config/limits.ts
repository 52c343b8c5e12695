import { EVENT_LIMITS } from '@hubline/core/wire'

/** One bound: how much, of what, and what becomes of more. */
export interface Limit {
  readonly value: number
  readonly unit: 'bytes' | 'ms' | 'characters' | 'levels' | ''
  readonly of: string
  readonly beyond: string
}

export type LimitName =
  | 'connections'
  | 'headersMs'
  | 'requestMs'
  | 'keepAliveMs'
  | 'urlBytes'
  | 'headerBytes'
  | 'headers'
  | 'bodyBytes'
  | 'commandBytes'
  | 'readingBytes'
  | 'queueBytes'
  | 'zstdWindowBytes'
  | 'encodings'
  | 'jsonLevels'
  | 'batchEvents'
  | 'eventBytes'
  | 'payloadLevels'
  | 'sourceCharacters'
  | 'typeCharacters'
  | 'otlpLevels'
  | 'attributes'
  | 'attributeKeyBytes'
  | 'attributeValueBytes'
  | 'textBytes'
  | 'streams'
  | 'tokens'
  | 'signIns'
  | 'vocabularyBytes'
  | 'vocabularies'
  | 'revisions'
  | 'checkMs'

const KIB = 1024
const MIB = 1024 * KIB

function limit(value: number, unit: Limit['unit'], of: string, beyond: string): Limit {
  return Object.freeze({ value, unit, of, beyond })
}

/** Everything that is bounded about what others send. docs/security.md shows this table. */
export const LIMITS: Readonly<Record<LimitName, Limit>> = {
  connections: limit(2000, '', 'connections at once', 'closed'),
  headersMs: limit(10_000, 'ms', 'until the headers of a request are there', '408, closed'),
  requestMs: limit(60_000, 'ms', 'until a whole request is there', '408, closed'),
  keepAliveMs: limit(72_000, 'ms', 'that a connection may be idle', 'closed'),
  urlBytes: limit(8 * KIB, 'bytes', 'of an address', '414 `url_too_long`'),
  headerBytes: limit(16 * KIB, 'bytes', 'of all headers of a request', '431 `headers_too_large`'),
  headers: limit(100, '', 'headers of a request', '431 `headers_too_large`'),
  bodyBytes: limit(16 * MIB, 'bytes', 'of a body, as it comes and inflated', '413 `body_too_large`'),
  commandBytes: limit(64 * KIB, 'bytes', 'of a body that is not telemetry', '413 `body_too_large`'),
  readingBytes: limit(64 * MIB, 'bytes', 'of all bodies that are being received', '503 `overloaded`'),
  queueBytes: limit(64 * MIB, 'bytes', 'of all bodies that wait for their commit', '429 or 503'),
  zstdWindowBytes: limit(8 * MIB, 'bytes', 'of the window of a zstd body', '400 `invalid_encoding`'),
  encodings: limit(1, '', 'encodings of a body: gzip, deflate or zstd', '415 `unsupported_encoding`'),
  jsonLevels: limit(100_000, 'levels', 'of nesting in a body of JSON', '400'),
  batchEvents: limit(20_000, '', 'events of a batch', '413 `batch_too_large`'),
  eventBytes: limit(MIB, 'bytes', 'of an event as JSON', 'the event is rejected'),
  payloadLevels: limit(100, 'levels', 'of nesting in a payload', 'the event is rejected'),
  sourceCharacters: limit(EVENT_LIMITS.source, 'characters', 'of a source', 'the event is rejected'),
  typeCharacters: limit(EVENT_LIMITS.type, 'characters', 'of an event type', 'the event is rejected'),
  otlpLevels: limit(100, 'levels', 'of nesting in an item of OTLP', 'the item is rejected'),
  attributes: limit(
    1000,
    '',
    'attributes of a resource, scope, span, span event, link, log record, data point or exemplar',
    'dropped, counted in `dropped_attributes_count`',
  ),
  attributeKeyBytes: limit(KIB, 'bytes', 'of an attribute key', 'cut, ends in `…`'),
  attributeValueBytes: limit(
    256 * KIB,
    'bytes',
    'of an attribute value or the body of a log record',
    'cut, ends in `…`',
  ),
  textBytes: limit(4 * KIB, 'bytes', 'of a name or other text of OTLP', 'cut, ends in `…`'),
  streams: limit(500, '', 'live streams at once', '503 `overloaded`'),
  tokens: limit(1000, '', 'tokens', '409 `conflict`'),
  signIns: limit(10, '', 'failed sign-ins of an address in a minute', '429 `too_many_requests`'),
  vocabularyBytes: limit(256 * KIB, 'bytes', 'of a vocabulary', '413 `body_too_large`'),
  vocabularies: limit(100, '', 'systems with a vocabulary', '409 `conflict`'),
  revisions: limit(20, '', 'revisions of a vocabulary', 'the oldest goes'),
  checkMs: limit(250, 'ms', 'of holding an event to its vocabulary', 'it is not as the vocabulary says'),
}
