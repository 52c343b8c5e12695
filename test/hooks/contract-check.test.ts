import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { hubline, type Ran } from '../../packages/cli/src/testing/command.ts'
import { filesBelow, placed } from './contract-files.ts'

const { file } = filesBelow(tmpdir())

const SKU = { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] }
const OLD = {
  id: { type: 'integer' },
  total: { type: 'number' },
  channel: { enum: ['web', 'phone'] },
  note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  lines: { type: 'array', items: SKU },
  code: { type: 'string', maxLength: 8, pattern: '^[A-Z]+$' },
  labels: { type: 'object', additionalProperties: { type: 'string' } },
  at: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }] },
}

/** Of a change, what breaks whoever reads everything, and whoever sends everything. */
const CHANGES: [string, object, string[] | undefined, string[], string[]][] = [
  ['that stays', OLD, undefined, [], []],
  ['with more fields', { ...OLD, more: {} }, undefined, [], ['more is required']],
  ['with more fields that may be absent', { ...OLD, more: {} }, Object.keys(OLD), [], []],
  [
    'that narrows',
    { ...OLD, total: { type: 'integer' }, channel: { const: 'web' }, note: { type: 'null' } },
    undefined,
    [],
    ['total may no longer be a number', 'channel may no longer be "phone"', 'note may no longer be text'],
  ],
  ['whose field is gone', { ...OLD, total: undefined }, undefined, ['total is gone'], []],
  [
    'whose field is optional',
    OLD,
    ['id', 'channel', 'note', 'lines', 'code', 'labels', 'at'],
    ['total may be absent'],
    [],
  ],
  [
    'whose field is of another type',
    { ...OLD, id: { type: 'string' } },
    undefined,
    ['id may be text'],
    ['id may no longer be a whole number'],
  ],
  [
    'whose field is wider',
    { ...OLD, id: { type: ['number', 'null'] } },
    undefined,
    ['id may be a number or null'],
    [],
  ],
  [
    'with one more value',
    { ...OLD, channel: { enum: ['web', 'phone', 'fax'] } },
    undefined,
    ['channel may be "fax"'],
    [],
  ],
  [
    'whose lists are of others',
    { ...OLD, lines: { type: 'array', items: { ...SKU, required: [] }, maxItems: 5 } },
    undefined,
    ['lines.sku may be absent'],
    ['lines may no longer have more items than 5'],
  ],
  [
    'with other bounds',
    {
      ...OLD,
      total: { type: 'number', exclusiveMinimum: 0, maximum: 90 },
      code: { type: 'string', minLength: 1, maxLength: 9, pattern: '^[A-Z]+$' },
    },
    undefined,
    ['code may be longer than 8'],
    [
      'total may no longer be as little as 0',
      'total may no longer be more than 90',
      'code may no longer be shorter than 1',
    ],
  ],
  [
    'with other forms of text',
    { ...OLD, code: { type: 'string', maxLength: 8, pattern: '^[a-z]+$', format: 'uuid' } },
    undefined,
    ['code may not match ^[A-Z]+$'],
    ['code must match ^[a-z]+$', 'code must have the format uuid'],
  ],
  [
    'whose records and tuples hold others',
    {
      ...OLD,
      labels: { type: 'object', additionalProperties: { type: 'number' } },
      at: { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }] },
    },
    undefined,
    ['labels.* may be a number', 'at.1 may be text'],
    ['labels.* may no longer be text', 'at.0 may no longer be a number', 'at.1 may no longer be a number'],
  ],
]

test.each(CHANGES)(
  'of an event %s it is said whom it breaks',
  async (name, properties, required, ...problems) => {
    const old = await file('old.json', placed(OLD))
    const fresh = placed(JSON.parse(JSON.stringify(properties)) as object, required)
    const { code, out } = await hubline(['contract', 'check', old, await file('new.json', fresh)])
    const told = ['reads', 'sends'].flatMap((does, at) => [
      `${problems[at]!.length > 0 ? '✗' : '✓'} whoever ${does} everything ${problems[at]!.length > 0 ? 'breaks' : 'goes on'}`,
      ...problems[at]!.map((problem) => `    shop.order.placed ${problem}`),
    ])
    expect({ code, out }, name).toEqual({
      code: problems.flat().length > 0 ? 1 : 0,
      out: `${told.join('\n')}\n`,
    })
  },
)

test('forms of an object are compared whatever their order, and senders go on with a new version', async () => {
  const form = (kind: string, more: object): object => ({
    type: 'object',
    properties: { kind: { const: kind }, ...more },
    required: ['kind', ...Object.keys(more)],
    additionalProperties: false,
  })
  const [card, cash] = [
    form('card', { last: { type: 'string' } }),
    form('cash', { coins: { type: 'integer' } }),
  ]
  const paid = (by: object[], version = 1): object => placed({ by: { oneOf: by } }, ['by'], version)
  const check = async (fresh: object, ...more: string[]): Promise<Ran> =>
    hubline([
      'contract',
      'check',
      await file('old.json', paid([card, cash])),
      await file('new.json', fresh),
      ...more,
    ])
  expect(await check(paid([cash, card]))).toMatchObject({ code: 0 })
  const till = await file('till.json', { producer: 'till', sends: ['shop.order.placed', 'shop.till.opened'] })
  const gone = '    ! sends shop.till.opened, which was never there\n'
  expect(await check(paid([card]), '--producer', till)).toMatchObject({
    code: 1,
    out: `✗ till breaks
    shop.order.placed by.kind may no longer be "cash"
    shop.order.placed by.last is required
    shop.order.placed by.coins is no longer taken
${gone}`,
  })
  expect(await check(paid([card], 2), '--producer', till)).toMatchObject({
    code: 0,
    out: `✓ till goes on\n${gone}`,
  })
  expect(await check(paid([card]), '--consumer', till)).toMatchObject({
    code: 2,
    err: expect.stringContaining('till.json is no consumer'),
  })
})

test('consumers break by what they read, against what a collector has', async () => {
  const hub = await collectorForTest()
  await hubline(['contract', 'publish', await file('old.json', placed(OLD)), '--url', hub.url])
  const reads = (consumer: string, fields: string[], event = 'shop.order.placed'): Promise<string> =>
    file(`${consumer}.json`, { consumer, reads: { [event]: fields } })
  const consumers = await Promise.all([
    reads('billing', ['id', 'total']),
    reads('stock', ['lines.sku']),
    reads('search', ['channel', 'colour']),
    reads('archive', [], 'shop:shop.order.placed'),
    reads('lost', ['id'], 'shop.order.paid'),
  ])
  const { total: _, ...others } = OLD
  const fresh = await file('new.json', placed(others, undefined, 2))
  const check = ['contract', 'check', hub.url, fresh, '--consumer', ...consumers]
  expect(await hubline(check)).toMatchObject({
    code: 1,
    out: `✗ billing breaks
    shop.order.placed total is gone
✓ stock goes on
✓ search goes on
    ! reads shop.order.placed colour, which was never there
✗ archive breaks
    shop:shop.order.placed total is gone
✓ lost goes on
    ! reads shop.order.paid id, which was never there
`,
  })
  const gone = await file('gone.json', {
    ...placed({}),
    oneOf: [{ properties: { type: { const: 'x' }, payload: {} } }],
  })
  const { code, out } = await hubline([
    'contract',
    'check',
    hub.url,
    gone,
    '--json',
    '--consumer',
    ...consumers,
  ])
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    ok: false,
    consumers: [
      { consumer: 'billing', breaks: [{ event: 'shop.order.placed', path: '', problem: 'is gone' }] },
      { consumer: 'stock', breaks: [{ problem: 'is gone' }] },
      { consumer: 'search' },
      { consumer: 'archive' },
      { consumer: 'lost', breaks: [] },
    ],
  })
})
