import { expect, it } from 'vitest'
import { describeMapping } from './describe.ts'
import { ulidToUuid } from './uuid.ts'

// After a change of the table: npx vitest run packages/core -u
it('is what the documentation says', async () => {
  await expect(describeMapping()).toMatchFileSnapshot('../../../../../docs/dialects.md')
})

it('writes a ULID as a UUID of the same bits', () => {
  expect(ulidToUuid('01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBe('01563e3a-b5d3-d676-4c61-efb99302bd5b')
  expect(ulidToUuid('7ZZZZZZZZZZZZZZZZZZZZZZZZZ')).toBe('ffffffff-ffff-ffff-ffff-ffffffffffff')
})
