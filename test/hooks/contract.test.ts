import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SYSTEMS } from '@hubline/hooks'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { hubline, type Ran } from '../../packages/cli/src/testing/command.ts'
import { RunningCommand } from '../../packages/cli/src/testing/process.ts'
import { filesBelow, placed } from './contract-files.ts'

// Below this folder, so that packages are found as an app would find them.
const { folder, file } = filesBelow(import.meta.dirname)

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

  const out = join(folder(), 'generated.ts')
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
  const systems = join(folder(), 'systems.ts')
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

test('a module of CommonJS is read as well', async () => {
  const module = await file(
    'hubline.events.cjs',
    `const { defineVocabulary } = require('@hubline/hooks')
const { z } = require('zod')
const define = () => defineVocabulary({ system: 'shop', events: { closed: { data: z.object({ at: z.int() }) } } })
module.exports = { ['made']: define() }
`,
  )
  const { code, out } = await hubline(['types', '--from', module])
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('ShopClosed = {\n  at: number\n}') })
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
