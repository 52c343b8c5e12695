import { expect, it } from 'vitest'
import { dialectOf } from './dialect.ts'

it.each([
  [{ name: 'Hub', env: 'x' }, 'hub'],
  [{ name: 'hubline', product: 'hubline' }, 'hubline'],
  [{ name: 'sink', otlp: {} }, 'hubline'],
  [{}, 'hubline'],
])('takes %o for a hub that speaks %s', (info, dialect) => {
  expect(dialectOf(info)).toBe(dialect)
})
