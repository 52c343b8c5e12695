import { Router } from 'express'
import { expect, it } from 'vitest'
import { type Matcher, probe } from './probed-patterns.ts'

/** As a router makes it of a mount path. */
function matcherOf(path: string, caseSensitive = false): Matcher {
  const router = Router({ caseSensitive })
  router.use(path, () => {})
  const [layer] = router.stack as unknown as { matchers: Matcher[] }[]
  return layer!.matchers[0]!
}

it.each([
  ['/shops/:shop', '/shops/shops', '/shops/:shop'],
  ['/:a/:b', '/x/x', '/:a/:b'],
  ['/x:x', '/xxx', '/x:x'],
  ['/:a-:b', '/-x-y-', undefined],
  ['/:a-:b', '/x-y', '/:a-:b'],
  ['/*all/z', '/z/z/z', '/*all/z'],
  ['{/:v}/o', '/o/o', '/:v/o'],
  ['{/:v}/o', '/o', '/o'],
  ['/:a{/x}', '/7/x', '/:a/x'],
  ['/Api/:v', '/API/V', '/api/:v'],
  ['/%C3%A9/:v', '/%C3%A9/%C3%A9%41', '/%c3%a9/:v'],
  ['/shops/:shop', '/elsewhere', undefined],
])('finds %s by %s', (declared, path, expected) => {
  expect(probe(matcherOf(declared), path)).toBe(expected)
})

it('keeps the case of fixed parts where it matters', () => {
  expect(probe(matcherOf('/Api/:v', true), '/Api/V')).toBe('/Api/:v')
})

it('has one answer for all values, whatever they look like', () => {
  const characters = ['a', 'X', 'shops', '-', '.', '%2F', '%C3%A9', '%', '7', ':', '*', '(', '$']
  const seed = Date.now() % 1e6
  let state = seed + 1
  const pick = (): string => characters[(state = (state * 48_271) % 2_147_483_647) % characters.length]!
  const matcher = matcherOf('/shops/:shop/at/:place')
  const seen = new Set<unknown>()
  for (let n = 0; n < 500; n++) {
    const path = `/shops/${pick()}${pick()}/at/${pick()}`
    try {
      seen.add(probe(matcher, path))
    } catch {
      // A lone % is malformed for the router too.
    }
  }
  expect([...seen], `seed ${seed}`).toEqual(['/shops/:shop/at/:place'])
})

it('asks a bounded number of times, and knows afterwards', () => {
  const matcher = matcherOf('/shops/:shop')
  let asked = 0
  const counted: Matcher = (path) => {
    asked++
    return matcher(path)
  }
  const long = `/shops/${'x'.repeat(50_000)}`
  expect(probe(counted, long)).toBe(undefined)
  expect(asked).toBe(1)
  expect(probe(counted, `/shops/${'x'.repeat(400)}`)).toBe('/shops/:shop')
  expect(asked).toBeLessThan(500)
  asked = 0
  expect(probe(counted, long)).toBe('/shops/:shop')
  expect(asked).toBe(1)
})

it('keeps a bounded number of templates', () => {
  const matcher = matcherOf('{/a}{/b}{/c}{/d}{/e}/:x')
  const found = Array.from({ length: 32 }, (_, bits) => {
    const optional = [...'abcde'].map((letter, at) => (bits & (1 << at) ? `/${letter}` : '')).join('')
    return probe(matcher, `${optional}/7`)
  })
  expect(found.filter((template) => template !== undefined)).toHaveLength(16)
  for (const template of found) expect(template ?? '').not.toContain('7')
})
