import { expect, it } from 'vitest'
import { alternativesOf, mountOf } from './regexp-patterns.ts'

/** What path-to-regexp 0.1.13 makes of mount paths. */
it.each([
  ['/shops/:shop', /^\/shops(?:\/([^/]+?))\/?(?=\/|$)/i, ['shop']],
  ['/api/v:version', /^\/api\/v(?:((?:(?!\/|\/api\/v).)+?))\/?(?=\/|$)/i, ['version']],
  ['/files/*/z', /^\/files\/(.*)\/z\/?(?=\/|$)/i, [0]],
  ['/x/:id(\\d+)', /^\/x(?:\/(\d+))\/?(?=\/|$)/i, ['id']],
  ['/:a?/b', /^(?:\/([^/]+?))?\/b\/?(?=\/|$)/i, ['a']],
  // oxlint-disable-next-line no-useless-escape -- as it is made
  ['/a.b/:f.:ext?', /^\/a\.b(?:\/([^/]+?))(?:\.([^/\.]+?))?\/?(?=\/|$)/i, ['f', 'ext']],
  ['/ab?cd', /^\/ab?cd\/?(?=\/|$)/i, []],
  ['/a(bc)?d', /^\/a(bc)?d\/?(?=\/|$)/i, [0]],
  ['/(x|y)/:z', /^\/(?:x|y)(?:\/([^/]+?))\/?(?=\/|$)/i, ['z']],
  ['/((x)|y)/:z', /^\/(?:(x)|y)(?:\/([^/]+?))\/?(?=\/|$)/i, [0, 'z']],
  ['/:rest*/q', /^(?:\/([^/]+?)((?:[/].+?)?))\/q\/?(?=\/|$)/i, ['rest', 0]],
  ['/:a-:b', /^(?:\/([^/]+?))-(?:((?:(?!\/|-).)+?))\/?(?=\/|$)/i, ['a', 'b']],
  ['/f/:n([a-z/]+)/t', /^\/f(?:\/([a-z/]+))\/t\/?(?=\/|$)/i, ['n']],
])('reads %s', (declared, expression, names) => {
  expect(mountOf(expression, names, '/any')).toBe(declared)
})

it('tells which of several paths matched', () => {
  const expression = /^\/a(?:\/([^/]+?))\/?(?=\/|$)|^\/b\/(.*)\/?(?=\/|$)/i
  expect(mountOf(expression, ['x', 0], '/a/7')).toBe('/a/:x')
  expect(mountOf(expression, ['x', 0], '/B/7/8')).toBe('/b/*')
})

it('leaves the regular expressions of the app as they are', () => {
  const own = /^\/re\/(\d+)|^\/[|)]x/g
  expect(mountOf(own, [0], '/re/7')).toBe(own)
  expect(own.lastIndex).toBe(0)
})

it('finds the alternatives of an expression', () => {
  expect(alternativesOf(/^a|(b|c)\|[|)]|d$/i)).toEqual([/^a/i, /(b|c)\|[|)]/i, /d$/i])
})
