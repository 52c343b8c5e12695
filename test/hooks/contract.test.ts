import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SYSTEMS } from '@hubline/hooks'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { hubline, type Ran } from '../../packages/cli/src/testing/command.ts'
import { RunningCommand } from '../../packages/cli/src/testing/process.ts'

// Below this folder, so that packages are found as an app would find them.
let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(import.meta.dirname, 'contract-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const file = async (name: string, content: string | object): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const EVENTS = `import { defineVocabulary } from '@hubline/hooks'
import { z } from 'zod'
const Part = z.object({ name: z.string(), get parts() { return z.array(Part) } })
export const shop = defineVocabulary({
  system: 'shop',
  events: {
    'shop.order.placed': {
      summary: 'A customer has ordered */ tea',
      data: z.looseObject({
        order_id: z.int().describe('Counts from 1.'),
        channel: z.enum(['web', 'phone']),
        lines: z.array(z.looseObject({ sku: z.string(), 'unit-price': z.number().optional() })),
        note: z.string().nullable().optional(),
        labels: z.record(z.string(), z.string()),
        at: z.tuple([z.number(), z.number()]),
      }),
    },
    'shop.kit.built': { data: Part },
  },
})
export const again = shop
export const more = 7
`

/** A JSON Schema of one event. */
const placed = (properties: object, required = Object.keys(properties), version = 1): object => ({
  title: 'shop',
  oneOf: [
    {
      properties: {
        type: { const: 'shop.order.placed' },
        version: { const: version },
        payload: { type: 'object', properties, required },
      },
    },
  ],
})

const compiled = (files: string[]): string[] => {
  const program = ts.createProgram(files, {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    isolatedDeclarations: true,
    declaration: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2024.d.ts'],
    types: ['node'],
    skipLibCheck: true,
  })
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}

test('a module of vocabularies is published, and its types come back from the collector', async () => {
  const hub = await collectorForTest()
  const module = await file('hubline.events.ts', EVENTS)
  const publish = new RunningCommand(['contract', 'publish', module, '--url', hub.url])
  expect(await publish.ended, publish.err).toBe(0)
  expect(publish.out).toBe('shop: revision 1 with 2 events\n')

  const out = join(folder, 'generated.ts')
  const args = ['types', '--from', hub.url, '--out', out]
  expect(await hubline(args)).toEqual({ code: 0, out: '', err: '' })
  const text = await readFile(out, 'utf8')
  expect(text).toContain(`/** A customer has ordered *\\/ tea */
export type ShopOrderPlaced = {
  /** Counts from 1. */
  order_id: number
  channel: "web" | "phone"
  lines: {
    sku: string
    "unit-price"?: number
  }[]
  note?: string | null
  labels: Record<string, string>
  at: [number, number]
}`)
  expect(text).toContain(`    interface Events {
      "shop.kit.built": ShopKitBuilt
      "shop.order.placed": ShopOrderPlaced
    }`)
  const app = await file(
    'app.ts',
    `import { getHub } from '@hubline/core'
import type { ShopKitBuilt } from './generated.js'
const kit: ShopKitBuilt = { name: 'a', parts: [{ name: 'b', parts: [] }] }
export const sent: boolean = getHub().event('shop.kit.built', kit)
// @ts-expect-error -- no such event
export const unknown: boolean = getHub().event('shop.kit.bilt', kit)
// @ts-expect-error -- parts have parts
export const wrong: boolean = getHub().event('shop.kit.built', { name: 'a', parts: [{ name: 'b' }] })
`,
  )
  const systems = join(folder, 'systems.ts')
  await hubline(['types', '--from', await file('systems.json', Object.values(SYSTEMS)), '--out', systems])
  expect(await readFile(systems, 'utf8')).toContain('"cache_hit": OneiricCacheHit')
  expect(compiled([out, app, systems])).toEqual([])

  // The same again is the same text, and is known to be.
  expect(await hubline([...args, '--check'])).toMatchObject({ code: 0 })
  await writeFile(out, `${text}\n`)
  expect(await hubline([...args, '--check'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('generated.ts is not what the vocabularies say: run hubline types again'),
  })
  expect(await hubline(['types', '--from', hub.url, '--system', 'shop'])).toMatchObject({ out: text })
  expect(await hubline(['types', '--from', hub.url, '--system', 'sho'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('there is no vocabulary of "sho"; there are shop'),
  })
})

test('what cannot be read is said, with the code of a wrong command line', async () => {
  const bad = await file('bad.json', { title: 'shop' })
  const none = await file('none.json', [])
  const says = (...args: string[]): Promise<Ran> => hubline(args)
  expect(await says('types', '--from', bad)).toMatchObject({
    code: 2,
    err: expect.stringContaining('bad.json is no vocabulary: oneOf must be the schemas'),
  })
  expect(await says('types', '--from', none)).toMatchObject({
    code: 2,
    err: expect.stringContaining('none.json has no vocabularies'),
  })
  expect(await says('types', '--from', 'http://127.0.0.1:9')).toMatchObject({ code: 3 })
  expect(await says('types', '--from', bad, '--check')).toMatchObject({ code: 2 })
  expect(await says('types', '--from', bad, '--out', 'x.json')).toMatchObject({ code: 2 })
  expect(await says('contract', 'check', bad, bad)).toMatchObject({ code: 2 })
  const good = await file('good.json', placed({}))
  expect(await says('contract', 'check', good, good, '--consumer', bad)).toMatchObject({
    code: 2,
    err: expect.stringContaining('bad.json is no consumer: it wants {"consumer"'),
  })
})

const SKU = { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] }
const OLD = {
  id: { type: 'integer' },
  total: { type: 'number' },
  channel: { enum: ['web', 'phone'] },
  note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  lines: { type: 'array', items: SKU },
}

test.each<[string, object, object | undefined, string[]]>([
  ['that stays', OLD, undefined, []],
  ['with more fields', { ...OLD, more: {} }, undefined, []],
  [
    'that narrows',
    { ...OLD, total: { type: 'integer' }, channel: { const: 'web' }, note: { type: 'null' } },
    undefined,
    [],
  ],
  ['whose field is gone', { ...OLD, total: undefined }, undefined, ['total is gone']],
  ['whose field is optional', OLD, ['id', 'channel', 'note', 'lines'], ['total may be absent']],
  ['whose field is of another type', { ...OLD, id: { type: 'string' } }, undefined, ['id may be text']],
  [
    'whose field is wider',
    { ...OLD, id: { type: ['number', 'null'] } },
    undefined,
    ['id may be a number or null'],
  ],
  [
    'with one more value',
    { ...OLD, channel: { enum: ['web', 'phone', 'fax'] } },
    undefined,
    ['channel may be "fax"'],
  ],
  [
    'whose lists are of others',
    { ...OLD, lines: { type: 'array', items: { ...SKU, required: [] } } },
    undefined,
    ['lines.sku may be absent'],
  ],
])('of an event %s it is said whom it breaks', async (name, properties, required, problems) => {
  const old = await file('old.json', placed(OLD))
  const fresh = placed(JSON.parse(JSON.stringify(properties)) as object, required as string[] | undefined)
  const check = ['contract', 'check', old, await file('new.json', fresh)]
  const { code, out } = await hubline(check)
  expect({ code, out }, name).toEqual({
    code: problems.length > 0 ? 1 : 0,
    out: [
      `${problems.length > 0 ? '✗' : '✓'} whoever reads everything ${problems.length > 0 ? 'breaks' : 'goes on'}`,
      ...problems.map((problem) => `    shop.order.placed ${problem}`),
      '',
    ].join('\n'),
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
  const { id, channel, note, lines } = OLD
  const fresh = await file('new.json', placed({ id, channel, note, lines }, undefined, 2))
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
