import { event } from './collector.ts'

const TIME = '2026-01-31T12:00:00Z'
const one = (id: string, type: string, source: string, more: object = {}) =>
  event({ id, type, source, occurred_at: TIME, ...more })
const error = (severity: string) => ({ payload: { message: 'x', severity } })

/** Events that differ in everything that filters know. */
export const FILTERED_EVENTS: readonly object[] = [
  one('plain', 'shop.order.placed', 'shop', { payload: { note: 'ÄRGER im "Büro"' } }),
  one('paid', 'shop.order.paid', 'shop', { severity: 'warning', tags: ['a', 'b', 'c'] }),
  one('orders', 'shop.orders', 'shop', { priority: 'high', tags: ['a', 'ab', 'x,y'] }),
  one('odd', 'shop_order.x', 'shop', { env: 'staging', payload: { note: '100%_off' } }),
  one('mail', 'mail.sent', 'mail', { instance: 'i-1', correlation_id: 'c-1' }),
  one('trace', 'mail.sent', 'mail', { trace_id: 'a'.repeat(32) }),
  one('said', 'ErrorReported', 'mail', error('critical')),
  one('fatal', 'ErrorReported', 'mail', error('fatal')),
  one('debug', 'mail.log', 'mail', { severity: 'debug', occurred_at: '2026-01-31T11:00:00Z' }),
  one('grave', 'mail.log', 'mail', { severity: 'error', occurred_at: '2026-01-31T11:30:00.5Z' }),
]

/** Queries and the ids of the events that they must find. */
export const FILTER_CASES: readonly [query: string, ids: string][] = [
  ['source=shop', 'plain paid orders odd'],
  ['type=mail.sent', 'mail trace'],
  ['type=shop.order.*', 'plain paid'],
  ['type=shop.order*', 'plain paid orders'],
  ['type=mail.sent,shop.order.*', 'plain paid mail trace'],
  ['type=*.sent', ''],
  ['severity=info', 'plain orders odd mail trace'],
  ['severity=debug,critical', 'said debug'],
  ['severity=error', 'fatal grave'],
  ['min_severity=warning', 'paid said fatal grave'],
  ['min_severity=error&source=mail', 'said fatal grave'],
  ['priority=high', 'orders'],
  ['env=staging', 'odd'],
  ['instance=i-1', 'mail'],
  ['correlation_id=c-1', 'mail'],
  [`trace_id=${'A'.repeat(32)}`, 'trace'],
  ['tags=a', 'paid orders'],
  ['tags=c,a,a', 'paid'],
  ['tags=tags', ''],
  ['tag=a', 'paid orders'],
  ['tag=a&tag=c', 'paid'],
  ['tag=x,y', 'orders'],
  ['tags=x,y', ''],
  ['tags=a&tag=ab', 'orders'],
  ['text=%C3%A4rger', 'plain'],
  ['text=im%20%22b%C3%9Cro%22', 'plain'],
  ['text=100%25_OFF', 'odd'],
  ['text=0%25_f', ''],
  ['text=received_at', ''],
  ['occurred_until=2026-01-31T12:00:00Z', 'debug grave'],
  ['occurred_since=2026-01-31T11:30:00.5Z&occurred_until=2026-01-31T12:00:00Z', 'grave'],
  ['occurred_since=2026-01-31T12:00:00Z&source=mail', 'mail trace said fatal'],
  ['text=nowhere', ''],
]
