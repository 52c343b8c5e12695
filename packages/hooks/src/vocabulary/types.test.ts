import { describe, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { createHooks } from '../hooks/create-hooks.ts'
import { EventHookFactory } from '../hooks/factory.ts'
import { emitMultipleEvents } from '../hooks/many.ts'
import type { MethodName } from './names.ts'
import { defineVocabulary, type EventsOf } from './vocabulary.ts'

// What is written here is proved by the compiler: an @ts-expect-error above a line that compiles is an error itself.

const shop = defineVocabulary({
  system: 'shop',
  events: {
    order_placed: {
      severity: { from: 'total', is: {}, otherwise: 'info' },
      data: z.object({ order_id: z.int(), total: z.number(), note: z.string().optional() }),
    },
    basket_emptied: { data: z.object({ at: z.coerce.date() }) },
  },
})

/** Compiled, never run. */
const compiled: (call: () => unknown) => void = () => {}
const hooks = createHooks(shop, { enabled: false })

describe('the methods of a vocabulary', () => {
  test('have the names of its events', () => {
    expectTypeOf<MethodName<'s', 'workflow_started'>>().toEqualTypeOf<'workflowStarted'>()
    expectTypeOf<MethodName<'a', 'a'>>().toEqualTypeOf<'a'>()
    expectTypeOf<MethodName<'s', 'http_2_stream_reset'>>().toEqualTypeOf<'http2StreamReset'>()
    expectTypeOf<MethodName<'shop', 'shop.order.placed'>>().toEqualTypeOf<'orderPlaced'>()
    expectTypeOf<MethodName<'s', 'shop.order.line-added'>>().toEqualTypeOf<'shopOrderLineAdded'>()
    expectTypeOf(hooks).toHaveProperty('orderPlaced')
    expectTypeOf(hooks).toHaveProperty('basketEmptied')
    expectTypeOf(hooks).not.toHaveProperty('order_placed')
    // @ts-expect-error no event of this name
    compiled(() => hooks.orderPlacedd({ order_id: 1, total: 2 }))
    // @ts-expect-error nor of this one
    compiled(() => hooks.emit('order_place', { order_id: 1, total: 2 }))
  })

  test('take the data of their event and answer whether they were taken', () => {
    expectTypeOf(hooks.orderPlaced).returns.toEqualTypeOf<Promise<boolean>>()
    expectTypeOf(hooks.orderPlaced)
      .parameter(0)
      .toEqualTypeOf<{ order_id: number; total: number; note?: string | undefined }>()
    compiled(() => hooks.orderPlaced({ order_id: 1, total: 2 }, { correlationId: 'c', tags: ['web'] }))
    // @ts-expect-error total is missing
    compiled(() => hooks.orderPlaced({ order_id: 1 }))
    // @ts-expect-error order_id is a number
    compiled(() => hooks.orderPlaced({ order_id: '1', total: 2 }))
    // @ts-expect-error there is no field totl
    compiled(() => hooks.orderPlaced({ order_id: 1, total: 2, totl: 3 }))
    // @ts-expect-error no such severity
    compiled(() => hooks.orderPlaced({ order_id: 1, total: 2 }, { severity: 'fatal' }))
    // @ts-expect-error the data are not optional
    compiled(() => hooks.orderPlaced())
  })

  test('are the same by name, with retries and for several events', () => {
    compiled(() => hooks.emitWithRetry('order_placed', { order_id: 1, total: 2 }, { maxRetries: 5 }))
    compiled(() =>
      emitMultipleEvents([{ event: 'order_placed', data: { order_id: 1, total: 2 }, tags: [] }], hooks),
    )
    // @ts-expect-error the data of another event
    compiled(() => hooks.emit('order_placed', { at: 0 }))
    // @ts-expect-error the data of another event
    compiled(() => emitMultipleEvents([{ event: 'order_placed', data: { at: 0 } }], hooks))
  })
})

test('the events are what hub.event() can be typed by: as they arrive, not as they are given', () => {
  expectTypeOf<EventsOf<typeof shop>>().toEqualTypeOf<{
    order_placed: { order_id: number; total: number; note?: string | undefined }
    basket_emptied: { at: Date }
  }>()
})

test('a severity goes by a field that there is', () => {
  const data = z.object({ total: z.number() })
  const severity = { from: 'price', is: {}, otherwise: 'info' } as const
  // @ts-expect-error there is no field price
  const byPrice = (): unknown => defineVocabulary({ system: 'shop', events: { sold: { severity, data } } })
  // @ts-expect-error no such severity
  const bad = (): unknown => defineVocabulary({ system: 'shop', events: { sold: { severity: 'bad', data } } })
  compiled(byPrice)
  compiled(bad)
})

describe('the known systems', () => {
  test('have the methods of their events', () => {
    const mahavishnu = EventHookFactory.createMahavishnuHook()
    expectTypeOf(mahavishnu.system).toEqualTypeOf<'mahavishnu'>()
    const workflow = { workflow_id: 'wf', workflow_type: 'fix', adapter: 'llamaindex' }
    compiled(() => mahavishnu.workflowStarted({ ...workflow, repos: ['/a'] }))
    // @ts-expect-error repos is missing
    compiled(() => mahavishnu.workflowStarted(workflow))
    // @ts-expect-error repos is a list
    compiled(() => mahavishnu.workflowStarted({ ...workflow, repos: '/a' }))
    // @ts-expect-error of another system
    compiled(() => mahavishnu.cacheHit({ cache: 'c', key: 'k' }))
    compiled(() => createHooks('oneiric').cacheHit({ cache: 'c', key: 'k' }))
    // @ts-expect-error neither warning nor error
    compiled(() => createHooks('crackerjack').emit('quality_issue_found', { severity: 'info' }))
    // @ts-expect-error no such system
    compiled(() => createHooks('mahavisnu'))
  })
})
