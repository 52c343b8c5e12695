import fc, { type Arbitrary } from 'fast-check'

/** Values that are read wrongly somewhere: ends of ranges, names with a meaning to programs, text that is none. */
export const odd: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    '\u0000',
    '\ud800',
    '__proto__',
    'constructor',
    "'; DROP TABLE events; --",
    '../../etc/passwd',
    '9223372036854775808',
    '-1',
    '2026-13-45T99:99:99Z',
    '9999-12-31T23:59:59.999999999Z',
    0,
    -0,
    -1,
    1e308,
    2 ** 53,
    null,
    [],
    {},
    { __proto__: null, toString: 1 },
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
)

/** Objects with the fields of `shape`, each now and then missing or something else. */
export const nearly = (shape: Record<string, Arbitrary<unknown>>): Arbitrary<unknown> =>
  fc
    .tuple(
      fc.record(
        Object.fromEntries(
          Object.entries(shape).map(([name, each]) => [
            name,
            fc.oneof({ weight: 20, arbitrary: each }, { weight: 1, arbitrary: odd }),
          ]),
        ),
      ),
      fc.dictionary(fc.string({ maxLength: 12 }), odd, { maxKeys: 1 }),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.subarray(Object.keys(shape)) },
      ),
    )
    .map(([known, more, missing]) => {
      const made: Record<string, unknown> = { ...more, ...known }
      for (const name of missing) delete made[name]
      return made
    })

/** Text of so many hex digits. */
export const hex = (length: number): Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: length, maxLength: length })

/** JSON text, now and then broken, and text that never was any. */
export function textOf(value: Arbitrary<unknown>): Arbitrary<Uint8Array> {
  const text = fc
    .tuple(value, fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat() }))
    .map(([each, cut]) => {
      const json = JSON.stringify(each) ?? 'null'
      return cut === null ? json : json.slice(0, cut % (json.length + 1))
    })
  return fc.oneof(
    { weight: 8, arbitrary: text.map((each) => new TextEncoder().encode(each)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 1, max: 3000 })
        .map((depth) => new TextEncoder().encode('['.repeat(depth))),
    },
  )
}
