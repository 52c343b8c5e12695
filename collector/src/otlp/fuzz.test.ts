import { create, toBinary, toJsonString, type MessageInitShape } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'

import { OtlpDecodeError } from './errors.ts'
import { ExportTraceServiceRequestSchema } from './gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'
import type { KeyValueSchema } from './gen/opentelemetry/proto/common/v1/common_pb.ts'
import type { SpanSchema } from './gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { readLogRecord, readMetric, readResource, readScope, readSpan } from './read.ts'
import { decodeExport, type Encoding } from './receive.ts'
import type { Signal } from './signals.ts'

const SEED = Number(process.env.OTLP_FUZZ_SEED ?? Date.now() % 2 ** 31)
const ROUNDS = 3000

/** Mulberry32: numbers in [0, 1) that a seed decides. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const attributes: MessageInitShape<typeof KeyValueSchema>[] = [
  { key: 'service.name', value: { value: { case: 'stringValue', value: 'Grüße' } } },
  { key: 'n', value: { value: { case: 'intValue', value: 2n ** 60n } } },
  {
    key: 'list',
    value: {
      value: {
        case: 'arrayValue',
        value: { values: [{ value: { case: 'boolValue', value: true } }] },
      },
    },
  },
]
const span: MessageInitShape<typeof SpanSchema> = {
  traceId: new Uint8Array(16).fill(1),
  spanId: new Uint8Array(8).fill(2),
  name: 'GET /',
  attributes,
  events: [{ name: 'e', attributes }],
  links: [{ traceId: new Uint8Array(16), spanId: new Uint8Array(8), attributes }],
  status: { code: 1, message: 'm' },
  startTimeUnixNano: 5n,
}
const sample = create(ExportTraceServiceRequestSchema, {
  resourceSpans: [
    { resource: { attributes }, scopeSpans: [{ scope: { name: 's', attributes }, spans: [span, span] }] },
  ],
})
const samples: Record<Encoding, Uint8Array> = {
  protobuf: toBinary(ExportTraceServiceRequestSchema, sample),
  json: Buffer.from(withHexIds(toJsonString(ExportTraceServiceRequestSchema, sample))),
}

function withHexIds(json: string): string {
  return json.replace(
    /(Id":")([^"]+)/g,
    (_, before, id) => before + Buffer.from(id, 'base64').toString('hex'),
  )
}

test('the samples are good ones', () => {
  for (const encoding of ['protobuf', 'json'] as const) {
    expect(decodeExport('traces', encoding, samples[encoding])).toMatchObject({ rejected: 0, rows: [{}, {}] })
  }
})

/** Reads everything that was kept: it must be readable. */
function readAll(signal: Signal, encoding: Encoding, body: Uint8Array): void {
  for (const row of decodeExport(signal, encoding, body).rows) {
    readResource(row.resource)
    readScope(row.scope)
    if ('span' in row) readSpan(row.span)
    else if ('record' in row) readLogRecord(row.record)
    else readMetric(row.metric)
  }
}

function onlyDecodeErrors(body: Uint8Array): void {
  for (const signal of ['traces', 'logs', 'metrics'] as const) {
    for (const encoding of ['protobuf', 'json'] as const) {
      try {
        readAll(signal, encoding, body)
      } catch (error) {
        const where = `seed ${SEED} ${signal} ${encoding} ${Buffer.from(body).toString('base64')}`
        expect(error, where).toBeInstanceOf(OtlpDecodeError)
        expect((error as Error).message, where).not.toMatch(/^these bytes are no /)
      }
    }
  }
}

test(`random and damaged bodies never throw anything but OtlpDecodeError (seed ${SEED})`, () => {
  const random = randomFrom(SEED)
  const below = (limit: number): number => Math.floor(random() * limit)
  for (let round = 0; round < ROUNDS; round++) {
    onlyDecodeErrors(Uint8Array.from({ length: below(200) }, () => below(256)))
    for (const encoding of ['protobuf', 'json'] as const) {
      const body = Uint8Array.from(samples[encoding])
      for (let n = 1 + below(4); n > 0; n--) body[below(body.length)] = below(256)
      onlyDecodeErrors(random() < 0.2 ? body.subarray(0, below(body.length)) : body)
    }
  }
})
