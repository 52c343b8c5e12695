import { describe, expect, it } from 'vitest'
import { fingerprint, fingerprintVersion } from './fingerprint.ts'
import { parameterise } from './parameterise.ts'
import { normaliseSourcePath } from './source-path.ts'
import { parseV8Stack } from './stack.ts'

describe('fingerprint', () => {
  const at = (path: string, line: number) =>
    `Error: x\n    at buy (${path}:${line}:5)\n    at node:internal/x:1:1`
  const print = (message: string, trace?: string) => fingerprint({ error_type: 'Error', message, trace })

  it('ignores line numbers, messages and where the release was unpacked', () => {
    expect(print('a 1', at('/srv/r1/app/src/shop.js', 10))).toBe(
      print('b 2', at('/opt/r2/app/src/shop.js', 99)),
    )
    expect(print('a', at('/srv/app/src/shop.js', 1))).not.toBe(print('a', at('/srv/app/src/cart.js', 1)))
  })

  it('takes the variable parts out of a message that has no frames', () => {
    const uuid = '5f0c1c9e-2b1d-4a4e-9f3a-0a1b2c3d4e5f'
    expect(print(`user 42 "bob" ${uuid}`)).toBe(print('user 7 "eve" 6f0c1c9e-2b1d-4a4e-9f3a-0a1b2c3d4e5f'))
    expect(print('user gone')).not.toBe(print('cart gone'))
  })

  const framed = (...frames: string[]) => print('x', ['Error: x', ...frames].join('\n    at '))

  it.each([
    ['an async call', 'async buy (/app/src/a.js:1:1)', 'buy (/app/src/a.js:1:1)'],
    ['a method by another name', 'Shop.buy [as sell] (/app/src/a.js:1:1)', 'Shop.buy (/app/src/a.js:1:1)'],
    ['an anonymous one', 'Object.<anonymous> (/app/src/a.js:1:1)', '/app/src/a.js:9:9'],
    ['a module', 'buy (file:///app/src/a.js:1:1)', 'buy (C:\\\\shop\\\\src\\\\a.js:1:1)'],
    ['a bundle', 'buy (/app/dist/main.4f3a2b1c.js:1:9)', 'buy (/srv/x/dist/main.9e8d7c6b.js:1:7)'],
    ['a container', 'buy (/usr/src/app/index.js:1:1)', 'buy (/app/index.js:1:1)'],
  ])('takes %s for the same', (_what, one, other) => {
    expect(framed(one)).toBe(framed(other))
  })

  it('counts recursion once and leaves libraries out', () => {
    const call = 'walk (/app/src/a.js:1:1)'
    expect(framed(call, call, call)).toBe(framed(call))
    expect(framed(call, 'run (/app/node_modules/x/i.js:1:1)', 'node:fs:1:1')).toBe(framed(call))
    expect(framed(call, 'run (/app/src/a.js:1:1)')).not.toBe(framed(call))
  })

  it('does not look at causes', () => {
    expect(framed('buy (/app/src/a.js:1:1)\ncaused by: Error: y', 'pay (/app/src/b.js:1:1)')).toBe(
      framed('buy (/app/src/a.js:1:1)'),
    )
  })

  it('tells what an algorithm made from what somebody chose', () => {
    expect(fingerprintVersion(print('a'))).toBe(2)
    expect(fingerprintVersion('v1:0123456789abcdef')).toBe(1)
    expect(fingerprintVersion('v1:payments')).toBeUndefined()
  })
})

describe('parseV8Stack', () => {
  it('reads names and positions', () => {
    const stack = [
      'TypeError: no',
      '    at async Shop.buy (file:///app/src/shop.js:10:5)',
      '    at /app/node_modules/express/lib/router.js:3:4',
      '    at Array.map (<anonymous>)',
      '    at async Promise.all (index 0)',
      '    at eval (eval at run (/app/src/x.js:1:1), <anonymous>:1:1)',
      '    at new Cart (C:\\shop\\cart (old).js:7:8)',
    ].join('\n')
    expect(parseV8Stack(stack).map((f) => [f.function, f.file, f.line, f.column, f.in_app])).toEqual([
      ['Shop.buy', '/app/src/shop.js', 10, 5, true],
      ['', '/app/node_modules/express/lib/router.js', 3, 4, false],
      ['Array.map', '<anonymous>', null, null, false],
      ['Promise.all', 'index 0', null, null, false],
      ['eval', 'eval at run (/app/src/x.js:1:1), <anonymous>', 1, 1, false],
      ['new Cart', 'C:\\shop\\cart (old).js', 7, 8, true],
    ])
  })

  it('finds nothing in the stacks of other runtimes', () => {
    expect(parseV8Stack('E: x\n\tat com.shop.Cart.add(Cart.java:12)')).toEqual([])
    expect(parseV8Stack('  at Shop.Cart.Add(Int32 id) in /src/Cart.cs:line 42')).toEqual([])
  })
})

it.each([
  ['/home/me/shop/src/routes/a.ts', 'src/routes/a.ts'],
  ['webpack-internal:///./src/a.js?1f', 'src/a.js'],
  ['https://cdn.example/assets/index-BkT9f3Xa.js', 'assets/index-<hash>.js'],
  ['/app/dist/chunk-QZ3XLMVA.mjs', 'dist/chunk-<hash>.mjs'],
  ['/srv/shop/releases/20260131120000/server/a.js', 'releases/server/a.js'],
  ['/app/src/user-settings.js', 'src/user-settings.js'],
  ['a.js', 'a.js'],
])('normalises the path %s', (path, expected) => {
  expect(normaliseSourcePath(path)).toBe(expected)
})

it.each([
  ['no user 42 in 1.5 s', 'no user <n> in <n> s'],
  [`can't read "a b" of 'c'`, `can't read <text> of <text>`],
  ['mail to bob+x@shop.example failed', 'mail to <email> failed'],
  ['GET https://shop.example/a?b=1 said 502', 'GET <url> said <n>'],
  ['since 2026-01-31T12:00:00.123Z', 'since <time>'],
  ['at 0xdeadbeef, of 5f0c1c9e2b1d4a4e', 'at <id>, of <id>'],
  ['ENOENT: open /home/me/a/b.txt', 'ENOENT: open <path>'],
  ['cannot load C:\\shop\\a.dll now', 'cannot load <path> now'],
  ['POST /shops/:shop/orders answered 502', 'POST /shops/:shop/orders answered <n>'],
  ['GET /users/list answered 500', 'GET /users/list answered <n>'],
])('takes the variable parts out of: %s', (message, expected) => {
  expect(parameterise(message)).toBe(expected)
})

it('is done soon with a text made to be slow', () => {
  const hostile = ['"'.repeat(9999), '/a'.repeat(9999), 'a@'.repeat(9999), `${'a.'.repeat(9999)}@`]
  for (const text of hostile) {
    expect(parameterise(text).length).toBeLessThanOrEqual(8000)
    expect(normaliseSourcePath(text)).toBeTypeOf('string')
    expect(parseV8Stack(`at ${text} (`.repeat(500))).toEqual([])
  }
})
