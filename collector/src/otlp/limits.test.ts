import { create, fromBinary, toBinary, toJsonString } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'

import { LIMITS } from '../config/limits.ts'
import { ExportTraceServiceRequestSchema } from './gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'
import { ResourceSchema } from './gen/opentelemetry/proto/resource/v1/resource_pb.ts'
import { SpanSchema } from './gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { decodeExport, type DecodedExport } from './receive.ts'

const text = (value: string) => ({ value: { case: 'stringValue' as const, value } })
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: text('v') }))

const MOST = LIMITS.attributes.value
const LONGEST = LIMITS.attributeValueBytes.value

const request = create(ExportTraceServiceRequestSchema, {
  resourceSpans: [
    {
      resource: { attributes: numbered(MOST + 3) },
      scopeSpans: [
        {
          spans: [
            {
              traceId: new Uint8Array(16).fill(1),
              spanId: new Uint8Array(8).fill(2),
              name: 'ü'.repeat(LIMITS.textBytes.value),
              droppedAttributesCount: 4,
              attributes: [
                { key: 'long', value: text('ü'.repeat(LONGEST)) },
                {
                  key: 'bytes',
                  value: { value: { case: 'bytesValue', value: new Uint8Array(LONGEST + 1) } },
                },
                { key: 'k'.repeat(LIMITS.attributeKeyBytes.value + 1), value: text('v') },
                {
                  key: 'list',
                  value: {
                    value: { case: 'arrayValue', value: { values: [text('x'.repeat(LONGEST + 1))] } },
                  },
                },
                ...numbered(MOST),
              ],
              events: [{ name: 'e', attributes: numbered(MOST + 1) }],
            },
            { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(3), name: 'as it came' },
          ],
        },
      ],
    },
  ],
})

function asJson(): Uint8Array {
  const body = JSON.parse(toJsonString(ExportTraceServiceRequestSchema, request))
  for (const span of body.resourceSpans[0].scopeSpans[0].spans) {
    for (const id of ['traceId', 'spanId']) span[id] = Buffer.from(span[id], 'base64').toString('hex')
  }
  return Buffer.from(JSON.stringify(body))
}

describe.each(['protobuf', 'json'] as const)('what is over the limits, as %s,', (encoding) => {
  const body = encoding === 'json' ? asJson() : toBinary(ExportTraceServiceRequestSchema, request)
  const { rows, rejected, message }: DecodedExport<'traces'> = decodeExport('traces', encoding, body)
  const span = fromBinary(SpanSchema, rows[0]!.span)
  const bytesOf = (value: unknown) => Buffer.byteLength(String(value))

  test('is cut, and the item is kept', () => {
    expect([rows.length, rejected]).toEqual([2, 0])
    expect(message).toBe('texts or attributes over the limits were cut: resourceSpans[0].resource and 1 more')
    expect(fromBinary(SpanSchema, rows[1]!.span).name).toBe('as it came')
  })

  test('ends in a mark, and between characters', () => {
    const [long, bytes, key, list] = span.attributes
    const value = String(long!.value!.value.value)
    expect(value).toMatch(/^ü+…$/)
    expect(bytesOf(value)).toBeGreaterThan(LONGEST - 3)
    expect(bytesOf(value)).toBeLessThanOrEqual(LONGEST)
    expect((bytes!.value!.value.value as Uint8Array).byteLength).toBe(LONGEST)
    expect(key!.key).toBe(`${'k'.repeat(LIMITS.attributeKeyBytes.value - 3)}…`)
    const inner = list!.value!.value.value as { values: { value: { value: string } }[] }
    expect(bytesOf(inner.values[0]!.value.value)).toBe(LONGEST)
    expect(span.name).toMatch(/^ü+…$/)
    expect(bytesOf(span.name)).toBeLessThanOrEqual(LIMITS.textBytes.value)
    expect(rows[0]!.name).toBe(span.name)
  })

  test('attributes that are too many are counted beside those that the sender dropped', () => {
    expect([span.attributes.length, span.droppedAttributesCount]).toEqual([MOST, 4 + 4])
    expect([span.events[0]!.attributes.length, span.events[0]!.droppedAttributesCount]).toEqual([MOST, 1])
    const resource = fromBinary(ResourceSchema, rows[0]!.resource)
    expect([resource.attributes.length, resource.droppedAttributesCount]).toEqual([MOST, 3])
  })
})
