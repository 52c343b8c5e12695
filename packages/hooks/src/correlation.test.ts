import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { correlate, correlationHeaders, currentCorrelationId } from './correlation.ts'

test('a correlation id is read, and carried on by a header, wherever its scope goes', async () => {
  expect(currentCorrelationId()).toBe(undefined)
  expect(correlationHeaders()).toEqual({})
  const seen = await correlate('outer', async () => {
    await turn()
    const inner = correlate('inner', () => currentCorrelationId())
    return [inner, currentCorrelationId(), correlationHeaders()]
  })
  expect(seen).toEqual(['inner', 'outer', { 'x-correlation-id': 'outer' }])
})
