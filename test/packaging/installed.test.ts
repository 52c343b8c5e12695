import { copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SYSTEMS } from '@hubline/hooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { compile } from './compiler.ts'
import { offeredIn } from './completions.ts'
import { startInstalledCollector } from './installed-collector.ts'
import { packAll } from './pack.ts'
import { temporaryFolder, type TemporaryFolder } from './places.ts'
import { installProject } from './project.ts'
import { run, runNode } from './run.ts'

const ANSWER = '{"id":"7"}'
const STRICT = [
  '--strict',
  '--target',
  'es2023',
  '--lib',
  'es2023',
  '--types',
  'node',
  '--experimentalDecorators',
]

/**
 * Nest 12 is ES modules only, which a CommonJS file cannot import under node16; so is hooks, whose zod is not found without
 * exports either.
 */
const RESOLUTIONS = [
  { named: 'nodenext', kind: 'mts', options: ['--module', 'nodenext'], nest: true, hooks: true },
  { named: 'nodenext', kind: 'cts', options: ['--module', 'nodenext'], nest: true, hooks: true },
  { named: 'node16', kind: 'cts', options: ['--module', 'node16'], nest: false, hooks: false },
  {
    named: 'bundler',
    kind: 'mts',
    options: ['--module', 'esnext', '--moduleResolution', 'bundler'],
    nest: true,
    hooks: true,
  },
  {
    named: 'node10, which knows no exports',
    kind: 'mts',
    options: ['--module', 'commonjs', '--moduleResolution', 'node10', '--esModuleInterop'],
    nest: true,
    hooks: false,
  },
]
type Resolution = (typeof RESOLUTIONS)[number]
const [ES_MODULES, COMMON_JS] = RESOLUTIONS as [Resolution, Resolution]

/** With a cursor at each mark. */
const EDITED = `import { getHub } from '@hubline/core'
import { createHooks } from '@hubline/hooks'
import { events, shop } from './hubline.events.mjs'

getHub().event('▮')
getHub().event('shop.order.placed', { ▮ })
events.▮;
void createHooks(shop).orderPlaced({ order_id: 1, ▮ })
createHooks('▮')
`

let folder: TemporaryFolder
let project: string

beforeAll(async () => {
  folder = await temporaryFolder()
  project = folder.path
  await installProject(project, await packAll(project))
  // The same programs as CommonJS: a .cts file is what its extension says.
  const typed = (await readdir(project)).filter((file) => file.endsWith('.mts'))
  await Promise.all(
    typed.map((file) => copyFile(join(project, file), join(project, file.replace('.mts', '.cts')))),
  )
}, 180_000)

afterAll(() => folder.remove())

const compiled = new Map<Resolution, string[]>()

/** What is wrong in all programs, compiled once; under nodenext those for Nest come out as JavaScript. */
function wrongUnder(resolution: Resolution): string[] {
  const known = compiled.get(resolution)
  if (known) return known
  const { named, kind, options, nest, hooks } = resolution
  const names = ['core', 'express', 'fastify', ...(nest ? ['nest'] : []), ...(hooks ? ['hooks'] : [])]
  const files = names.map((name) => `typed-${name}.${kind}`)
  const last = named === 'nodenext' ? [`nest.${kind}`] : ['--noEmit']
  const wrong = compile(project, [...STRICT, ...options, ...files, ...last])
  compiled.set(resolution, wrong)
  return wrong
}

describe('TypeScript', () => {
  test.each(RESOLUTIONS)('finds the types of every package in $kind under $named', (resolution) =>
    expect(wrongUnder(resolution)).toEqual([]),
  )
})

describe('A vocabulary of the app itself', () => {
  test('types hub.event(), in ES modules and CommonJS', () => {
    const files = ['own-events/app.mts', 'own-events/common.cts']
    expect(compile(project, [...STRICT, '--module', 'nodenext', '--noEmit', ...files])).toEqual([])
  }, 120_000)

  test('is what an editor offers', () => {
    const [types, fields, methods, others, systems] = offeredIn(project, 'own-events/typed.mts', EDITED)
    expect(types).toEqual(
      expect.arrayContaining(['shop.order.placed', 'shop.basket.emptied', 'AppRegistered']),
    )
    expect(fields).toEqual(['note', 'order_id', 'total'])
    expect(methods).toEqual(['basketEmptied', 'event', 'orderPlaced'])
    expect(others).toEqual(['note', 'total'])
    expect(systems).toEqual(Object.keys(SYSTEMS).toSorted())
  }, 120_000)
})

describe('An app with the one line', () => {
  let sink: HubSink
  beforeEach(async () => {
    sink = await HubSink.open()
  })
  afterEach(() => sink.close())

  /** Runs to the end by itself, then everything it had to say must have arrived. */
  const runApp = (...args: string[]): Promise<string> =>
    runNode(args, { cwd: project, env: { HUB_API_URL: sink.url }, timeoutMs: 30_000 })

  function expectToldOnce(): void {
    expect(sink.ofType('AppRegistered')).toMatchObject([{ source: 'shop', payload: { version: '1.2.3' } }])
    expect(sink.ofType('InteractionDetected')).toMatchObject([
      { source: 'shop', payload: { action: 'GET /users/:id' } },
    ])
  }

  test.each(['express.mjs', 'express.cjs', 'fastify.mjs', 'fastify.cjs'])(
    '%s reports and ends',
    async (program) => {
      expect(await runApp(program)).toBe(`${ANSWER}\n`)
      expectToldOnce()
    },
  )

  test.each([
    ['nest.mjs', ES_MODULES],
    ['nest.cjs', COMMON_JS],
  ])('%s, compiled from TypeScript, reports and ends', async (program, resolution) => {
    expect(wrongUnder(resolution)).toEqual([])
    expect(await runApp(program)).toBe(`{"id":"7","same":true}\n`)
    expectToldOnce()
  })

  test('reports under Jest as CommonJS, and never fails a run of it', async () => {
    await runApp('node_modules/jest/bin/jest.js', '--ci')
    expectToldOnce()
  })

  test('reports once although an ES module copy and a CommonJS copy are loaded', async () => {
    expect(await runApp('both-copies.mjs')).toBe('{"copies":2,"hubs":1}\n')
    expectToldOnce()
  })
})

describe('hubline-collector', () => {
  test('starts, takes what an app says, brings its page, and stops on SIGTERM', async () => {
    const collector = await startInstalledCollector(project)
    try {
      const health = await fetch(`${collector.url}/health`)
      expect(await health.json()).toMatchObject({ status: 'healthy' })

      await runNode(['express.mjs'], { cwd: project, env: { HUB_API_URL: collector.url } })
      const events = await fetch(`${collector.url}/api/v1/hub/events`)
      expect(await events.text()).toContain('GET /users/:id')

      const page = await (await fetch(`${collector.url}/ui/`)).text()
      const parts = [...page.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+)"/g)].map(
        ([, part]) => part!,
      )
      expect(parts, 'the page is not in the tarball: npm run build').not.toEqual([])
      for (const part of parts) {
        const { status } = await fetch(new URL(part, `${collector.url}/ui/`))
        expect({ part, status }).toEqual({ part, status: 200 })
      }
    } finally {
      expect(await collector.stop(), collector.printed()).toBe(0)
    }
  })
})

describe('hubline', () => {
  test('brings its demo: a collector and three services that report everything', async () => {
    const demo = ['demo', '--once', '--for', '2s', '--port', '0']
    const said = await run(join(project, 'node_modules/.bin/hubline'), demo, {
      cwd: project,
      timeoutMs: 60_000,
    })
    expect(said).toMatch(/One trace across shop → payments → catalog: POST \/orders, 3 spans/)
    expect(said).toContain('✓ catalog reported errors\n✓ one trace crosses all services\n')
  }, 120_000)

  test('is a command that makes the first token of a collector', async () => {
    const collector = await startInstalledCollector(project)
    try {
      const hubline = (args: string[], env = {}): Promise<string> =>
        run(join(project, 'node_modules/.bin/hubline'), args, {
          cwd: project,
          env: { HUBLINE_URL: collector.url, ...env },
        })
      const secret = (await hubline(['token', 'create', 'chief', '--scope', 'admin'])).trim()
      const listed = await hubline(['token', 'list', '--json'], { HUB_API_TOKEN: secret })
      expect(JSON.parse(listed)).toMatchObject([{ name: 'chief', scope: 'admin', state: 'active' }])
    } finally {
      expect(await collector.stop(), collector.printed()).toBe(0)
    }
  })
})
