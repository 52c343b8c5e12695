import { expect, it } from 'vitest'
import { isCompressed } from './compression.ts'

it('compresses by itself only what leaves the machine', () => {
  expect(isCompressed('auto', 'https://hub.example/v1/traces')).toBe(true)
  expect(isCompressed('auto', 'http://127.0.0.1:4318/v1/traces')).toBe(false)
  expect(isCompressed('auto', 'http://localhost:4318')).toBe(false)
  expect(isCompressed('auto', 'http://[::1]:4318')).toBe(false)
})

it('does as it is told, wherever it goes', () => {
  expect(isCompressed('gzip', 'http://127.0.0.1:4318')).toBe(true)
  expect(isCompressed('none', 'https://hub.example')).toBe(false)
})
