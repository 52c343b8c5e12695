// node bench/micro/run.ts: the pieces on a request's way, each alone. What the client costs with its socket is in client.ts.
import { bench, do_not_optimize, group, run } from 'mitata'
import { linesInOrder } from '../../packages/core/src/client/event-order.ts'
import { BoundedQueue } from '../../packages/core/src/client/queue.ts'
import { newSpanId, newTraceId } from '../../packages/core/src/context/ids.ts'
import { exchangeStorage } from '../../packages/core/src/context/store.ts'
import { bodies } from '../../packages/core/src/bytes/bodies.ts'
import { ByteWriter } from '../../packages/core/src/bytes/byte-writer.ts'
import { Pages } from '../../packages/core/src/bytes/pages.ts'
import { EventRun, NEW_LINE } from '../../packages/core/src/events/envelope.ts'
import { InteractionWriter } from '../../packages/core/src/events/interaction.ts'
import { beginExchange } from '../../packages/core/src/exchange/begin.ts'
import { Kind } from '../../packages/core/src/exchange/kinds.ts'
import { runExchange } from '../../packages/core/src/exchange/run.ts'
import { ServerSpans } from '../../packages/core/src/otel/server-span.ts'
import { encodeTraces } from '../../packages/core/src/otlp/encode-spans.ts'
import { encodeResource } from '../../packages/core/src/otlp/resource.ts'
import { SpanPages, type SpanRun } from '../../packages/core/src/otlp/span-pages.ts'
import { newEventId } from '../../packages/core/src/wire/ids.ts'
import { createRedactor } from '../../packages/core/src/wire/redaction.ts'
import { message, quietHub } from './parts.ts'

const BATCH = 512
const QUEUE_BYTES = 16 * 1024 * 1024
const hub = quietHub()
const redact = createRedactor()
const envelope = { source: 'bench', version: 1, env: 'production', instance: 'one' } as const

function ended() {
  const { request, response } = message()
  const exchange = beginExchange(hub, request, response)!
  exchange.route = '/orders/:id'
  response.emit('finish')
  return exchange
}

const finished = ended()
const kind = new Kind(finished)
const order = {
  order_id: 42,
  customer: 'c-17',
  items: [{ sku: 'tea', quantity: 2 }],
  note: 'leave it at the door',
}
const secret = { ...order, password: 'hunter2', card: '4111 1111 1111 1111' }

group('a request', () => {
  bench('its message alone, for comparison', () => do_not_optimize(message()))
  bench('message, its exchange from begin to end', () => do_not_optimize(ended()))
  bench('context run', () => do_not_optimize(runExchange(finished, () => exchangeStorage().getStore())))
})

group('ids', () => {
  bench('ULID', () => do_not_optimize(newEventId()))
  // At moderate load each is the first of its millisecond.
  let ms = Date.now()
  bench('ULID of a new millisecond', () => do_not_optimize(newEventId(++ms)))
  bench('trace id and span id', () => do_not_optimize(newTraceId() + newSpanId()))
})

group('redaction', () => {
  bench('payload', () => do_not_optimize(redact.value(order)))
  bench('payload with secrets', () => do_not_optimize(redact.value(secret)))
  bench('path', () => do_not_optimize(redact.text('/orders/42')))
  bench('query', () => do_not_optimize(redact.query('page=2&sort=price')))
})

group('into bytes', () => {
  const writer = new ByteWriter()
  const interactions = new InteractionWriter(envelope)
  bench('interaction to JSON', () => interactions.write(writer.reset(), finished, kind, 1))
  const event = {
    id: newEventId(),
    type: 'shop.order.placed',
    ...envelope,
    occurred_at: new Date().toISOString(),
    payload: order,
    seq: 1,
  }
  bench('event to JSON', () => do_not_optimize(writer.reset().text(JSON.stringify(event))))
  const spans = new ServerSpans(redact)
  const pages = new SpanPages()
  bench('span to protobuf, in a page', () => do_not_optimize(pages.keep(spans.of(finished, kind, true))))
  const resource = encodeResource({ 'service.name': 'bench', 'service.instance.id': 'one' })
  const waiting = new BoundedQueue<SpanRun>(QUEUE_BYTES, () => undefined)
  for (let n = 0; n < BATCH; n++) waiting.push(pages.keep(spans.of(finished, kind, true)))
  const batch = waiting.take(BATCH, QUEUE_BYTES)
  bench(`${BATCH} spans to a request`, () =>
    bodies.reuse(encodeTraces(resource, { name: 'bench', version: '1' }, batch)))
})

group('queue', () => {
  const queue = new BoundedQueue<EventRun>(QUEUE_BYTES, () => undefined)
  const pages = new Pages()
  const writer = new ByteWriter().text('x'.repeat(600)).byte(NEW_LINE)
  bench(`${BATCH} events kept, taken and put into a request`, () => {
    for (let n = 0; n < BATCH; n++) {
      const page = pages.keep('low', n, writer)
      queue.push(new EventRun('low', page, page.count - 1, page.count))
    }
    const batch = queue.take(BATCH, 1024 * 1024)
    bodies.reuse(linesInOrder(batch))
    for (const run of batch) run.release()
  })
})

await run()
process.exit()
