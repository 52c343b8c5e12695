import { sendEvents, sendLogs, type SentEvent } from './send.ts'

const STACK = `TypeError: Cannot read properties of undefined (reading 'currency')
    at priceOf (/srv/checkout/src/pricing/price.ts:41:27)
    at Array.map (<anonymous>)
    at placeOrder (/srv/checkout/src/orders/place-order.ts:88:19)
    at handle (/srv/checkout/node_modules/express/lib/router/layer.js:95:5)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`

export const TRACE = 'e4404'.padEnd(32, '7')

/** Says what one service does before it fails, and its errors of three groups: one with a story, one often, one long ago. */
export async function sendTrouble(url: string, now: number, version = '2.15.0'): Promise<void> {
  const instance = `checkout-${version}`
  const at = (before: number) => new Date(now - before).toISOString()
  const say = (
    before: number,
    type: string,
    payload: Record<string, unknown>,
    more: Partial<SentEvent> = {},
  ): SentEvent => {
    const common = { source: 'checkout', instance, env: 'production' }
    return { ...common, type, occurred_at: at(before), payload, ...more }
  }
  const fails = (before: number, payload: Record<string, unknown>, more?: Partial<SentEvent>) =>
    say(before, 'ErrorReported', { severity: 'error', handled: true, ...payload }, more)
  // Of one span the same error counts once, so each version fails in a span of its own.
  const spanId = version.replaceAll('.', '').padEnd(16, '1')
  const traced = { trace_id: TRACE, span_id: spanId }
  const story = [
    say(50 * 60_000, 'AppRegistered', { version, env: 'production', heartbeat_interval_s: 60 }),
    say(50 * 60_000 - 900, 'LifecycleChanged', { state: 'ready', address: 'http://10.0.3.11:8080' }),
    say(14_000, 'AgentHeartbeat', { status: 'healthy', interval_s: 60, uptime_s: 2900, rss_bytes: 9e7 }),
    say(9000, 'DeploySignal', { version: 'price-list 118', what: 'price list' }),
    say(4100, 'InteractionDetected', {
      action: 'GET /carts/:id',
      outcome: 'ok',
      status: 200,
      duration_ms: 12.4,
    }),
    say(3050, 'InteractionDetected', { action: 'coupon_applied', coupon: 'NOVEMBER' }, traced),
  ]
  const often = Array.from({ length: 40 }, (_, index) =>
    fails(index * 31 * 60_000 + 70_000, {
      error_type: 'GatewayTimeout',
      message: `card processor gave no answer within ${60 + index} ms`,
      method: 'POST',
      route: '/charges',
      status: 502,
    }),
  )
  const ofPayments = (index: number) => ({
    source: 'payments',
    instance: index < 20 ? 'payments-1' : 'payments-old-1',
  })
  await sendEvents(url, [
    ...story,
    ...[25, 5].map((index) => {
      const version = index < 20 ? '1.9.3' : '1.9.2'
      return { ...say(index * 3_600_000, 'AppRegistered', { version }), ...ofPayments(index) }
    }),
    ...often.map((each, index) => ({ ...each, ...ofPayments(index) })),
    fails(26 * 3_600_000, {
      error_type: 'ENOSPC',
      message: 'no space left on device, write',
      handled: false,
      severity: 'critical',
    }),
  ])
  await sendLogs(url, [
    {
      service: 'checkout',
      traceId: TRACE,
      spanId: traced.span_id,
      at: now - 3020,
      severityNumber: 13,
      body: 'price list 118 has no currency for 3 of 412 articles',
      instance,
    },
  ])
  await sendEvents(url, [
    fails(
      3000,
      {
        error_type: 'TypeError',
        message: "Cannot read properties of undefined (reading 'currency')",
        trace: STACK,
        method: 'POST',
        route: '/orders',
        status: 500,
        user_id: 'customer 118',
      },
      traced,
    ),
  ])
}
