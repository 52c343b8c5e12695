import { create, toBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { SpanSchema } from './gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { peerOfSpan } from './peer.ts'

function span(attributes: Record<string, string | boolean | number>): Uint8Array {
  const pairs = Object.entries(attributes).map(([key, value]) => {
    if (typeof value === 'string') return { key, value: { value: { case: 'stringValue' as const, value } } }
    if (typeof value === 'boolean') return { key, value: { value: { case: 'boolValue' as const, value } } }
    return { key, value: { value: { case: 'intValue' as const, value: BigInt(value) } } }
  })
  return toBinary(
    SpanSchema,
    create(SpanSchema, {
      traceId: new Uint8Array(16).fill(1),
      spanId: new Uint8Array(8).fill(2),
      name: 'x'.repeat(300),
      startTimeUnixNano: 2n ** 62n,
      attributes: [{ key: 'http.request.method' }, { key: 'user.agent' }, ...pairs],
      events: [
        {
          name: 'e',
          attributes: [{ key: 'db.system', value: { value: { case: 'stringValue', value: 'no' } } }],
        },
      ],
      flags: 0x101,
    }),
  )
}

test.each([
  [{}, undefined],
  [{ 'server.port': 80 }, undefined],
  [{ 'server.address': 'api.example' }, { type: 'external', name: 'api.example' }],
  [{ 'net.peer.name': 'old.example' }, { type: 'external', name: 'old.example' }],
  [
    { 'peer.service': 'billing', 'server.address': '10.0.0.1' },
    { type: 'external', name: 'billing' },
  ],
  [
    { 'service.peer.name': 'new', 'peer.service': 'old' },
    { type: 'external', name: 'new' },
  ],
  [
    { 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'server.address': 'db1' },
    { type: 'database', name: 'postgresql/shop' },
  ],
  [
    { 'db.system': 'redis', 'server.address': 'cache1' },
    { type: 'database', name: 'redis/cache1' },
  ],
  [
    { 'db.system': 'mysql', 'db.name': 'a/ü' },
    { type: 'database', name: 'mysql/a/ü' },
  ],
  [
    { 'db.system.name': '', 'server.address': 'h' },
    { type: 'external', name: 'h' },
  ],
  [
    { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' },
    { type: 'messaging', name: 'kafka/orders', receives: false },
  ],
  [
    {
      'messaging.system': 'rabbitmq',
      'messaging.destination.name': 'amq.gen-1',
      'messaging.destination.temporary': true,
    },
    { type: 'messaging', name: 'rabbitmq', receives: false },
  ],
  [
    { 'messaging.system': 'sqs', 'messaging.operation.type': 'receive' },
    { type: 'messaging', name: 'sqs', receives: true },
  ],
  [{ 'server.address': 7 }, undefined],
])('the peer of %j', (attributes, peer) => {
  expect(peerOfSpan(span(attributes as Record<string, string>))).toEqual(peer)
})

test('a name is cut where it is too long', () => {
  expect(peerOfSpan(span({ 'server.address': 'h'.repeat(1000) }))?.name).toHaveLength(200)
})
