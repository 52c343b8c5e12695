import { gzipSync, deflateSync, zstdCompressSync, brotliCompressSync } from 'node:zlib'
import fc, { type Arbitrary } from 'fast-check'
import { EXPORT, framed } from '../otlp/grpc-call.ts'
import { ecosystemEvent, hubEvent, meshEvent } from './event-bodies.ts'
import { textOf } from './odd.ts'
import { exportJson } from './otlp-json.ts'
import { exportProtobuf } from './otlp-protobuf.ts'

/** One request to a receiver. */
export interface FuzzedRequest {
  path: string
  headers: Record<string, string>
  body: Uint8Array
}

const many = (each: Arbitrary<unknown>) => fc.array(each, { maxLength: 5 })
const lines = (each: Arbitrary<unknown>) =>
  fc
    .array(textOf(each), { maxLength: 5 })
    .map(
      (texts) =>
        new Uint8Array(Buffer.concat(texts.flatMap((text) => [Buffer.from(text), Buffer.from('\n')]))),
    )

/** Every address that takes something in, with what comes near to it. */
export const RECEIVERS: Record<
  string,
  { path: Arbitrary<string>; type: string; body: Arbitrary<Uint8Array> }
> = {
  'hub events, JSON': {
    path: fc.constant('/api/v1/hub/events'),
    type: 'application/json',
    body: fc.oneof(textOf(hubEvent), textOf(many(hubEvent))),
  },
  'hub events, NDJSON': {
    path: fc.constant('/api/v1/hub/events'),
    type: 'application/x-ndjson',
    body: lines(hubEvent),
  },
  'event bus': {
    path: fc.constant('/api/v1/messagebus/publish'),
    type: 'application/json',
    body: textOf(meshEvent),
  },
  'event bus, by query': {
    path: queried('/api/v1/messagebus/publish', [
      'exchange',
      'event_type',
      'source_service',
      'routing_key',
      'priority',
    ]),
    type: 'application/json',
    body: textOf(meshEvent),
  },
  'heartbeat registration': {
    path: queried('/api/v1/heartbeat/register', [
      'service_id',
      'service_name',
      'interval_seconds',
      'timeout_seconds',
      'max_failures',
    ]),
    type: 'application/json',
    body: textOf(meshEvent),
  },
  'event hooks': { path: fc.constant('/events'), type: 'application/json', body: textOf(ecosystemEvent) },
  'event hooks, batch': {
    path: fc.constant('/events/batch'),
    type: 'application/json',
    body: textOf(many(ecosystemEvent)),
  },
  ...Object.fromEntries(
    (['traces', 'logs', 'metrics'] as const).flatMap((signal) => [
      [
        `OTLP ${signal}, JSON`,
        { path: fc.constant(`/v1/${signal}`), type: 'application/json', body: textOf(exportJson[signal]) },
      ],
      [
        `OTLP ${signal}, protobuf`,
        { path: fc.constant(`/v1/${signal}`), type: 'application/x-protobuf', body: exportProtobuf[signal] },
      ],
    ]),
  ),
}

/** Requests to one receiver: plain, compressed, wrongly compressed, and now and then of another type. */
export function requestsTo({ path, type, body }: (typeof RECEIVERS)[string]): Arbitrary<FuzzedRequest> {
  const encoded = fc.tuple(body, encoding).map(([plain, { name, encode }]) => ({ body: encode(plain), name }))
  const types = fc.oneof(
    { weight: 9, arbitrary: fc.constant(type) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'text/plain',
        'application/json; charset=latin1',
        'a',
        ';',
        'application/x-protobuf',
      ),
    },
  )
  return fc.tuple(path, encoded, types).map(([at, { body: bytes, name }, contentType]) => ({
    path: at,
    headers: { 'content-type': contentType, ...(name !== '' && { 'content-encoding': name }) },
    body: bytes,
  }))
}

const same = (bytes: Uint8Array) => bytes
const cut = (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1)
const encoding = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ name: '', encode: same }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      { name: 'gzip', encode: (bytes: Uint8Array) => gzipSync(bytes) },
      { name: 'deflate', encode: (bytes: Uint8Array) => deflateSync(bytes) },
      { name: 'zstd', encode: (bytes: Uint8Array) => zstdCompressSync(bytes) },
      { name: 'gzip', encode: (bytes: Uint8Array) => cut(gzipSync(bytes)) },
      { name: 'zstd', encode: same },
      { name: 'br', encode: (bytes: Uint8Array) => brotliCompressSync(bytes) },
      { name: 'gzip, gzip', encode: (bytes: Uint8Array) => gzipSync(gzipSync(bytes)) },
      { name: 'identity', encode: same },
      { name: 'x', encode: same },
    ),
  },
)

function queried(path: string, names: readonly string[]): Arbitrary<string> {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.integer().map(String),
    fc.constantFrom('shop', 'a.b', ''),
  )
  return fc.dictionary(fc.constantFrom(...names), value).map(
    (query) =>
      `${path}?${Object.entries(query)
        .map(([key, each]) => `${key}=${encodeURIComponent(each.toWellFormed())}`)
        .join('&')}`,
  )
}

/** Calls of the three services over gRPC: framed rightly or not, compressed or only said to be, and to other methods. */
export const grpcCalls: Arbitrary<FuzzedRequest> = fc
  .constantFrom('traces' as const, 'logs' as const, 'metrics' as const)
  .chain((signal) => {
    const message = fc
      .tuple(exportProtobuf[signal], fc.boolean())
      .map(([bytes, zipped]) => framed(zipped ? gzipSync(bytes) : bytes, zipped))
    const body = fc.oneof(
      { weight: 8, arbitrary: message },
      { weight: 1, arbitrary: message.map((bytes) => cut(bytes)) },
      { weight: 1, arbitrary: fc.tuple(message, message).map((both) => Buffer.concat(both)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    )
    const path = fc.oneof(
      { weight: 12, arbitrary: fc.constant(EXPORT[signal]) },
      { weight: 1, arbitrary: fc.webPath().map((path) => path || '/') },
    )
    const headers = fc.oneof(
      { weight: 8, arbitrary: fc.constant({ 'grpc-encoding': 'gzip' }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          {},
          { 'grpc-encoding': 'x' },
          { 'grpc-timeout': '1n' },
          { 'content-type': 'application/grpc+json' },
        ),
      },
    )
    return fc.record({ path, headers: headers as Arbitrary<Record<string, string>>, body })
  })
