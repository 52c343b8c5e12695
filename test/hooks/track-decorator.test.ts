import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createHooks, track } from '@hubline/hooks'
import { collectorForTest } from '../../collector/src/testing/collector.ts'

// Below this folder, so that the package is found as an installed app would find it.
let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(import.meta.dirname, 'decorated-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const HEAD = `
import { Track, type EventSink } from '@hubline/hooks'
const said: { type: string; payload: object }[] = []
const hook: EventSink = { event: (type, payload) => said.push({ type, payload }) }
`

const CLASS = `${HEAD}
class Workflows {
  readonly #name = 'wf'
  @Track('execute', { hook, includeArgs: true, includeResult: true })
  async execute(id: number): Promise<string> { return this.#name + id }
  @Track('steps', { hook })
  *steps(): Generator<number> { yield 1; yield 2 }
  @Track('made', { hook })
  static make(): Workflows { return new Workflows() }
  @Track('failure', { hook })
  fail(): never { throw new TypeError(this.#name) }
}
const workflows: Workflows = Workflows.make()
const result: string = await workflows.execute(7)
const steps: number[] = [...workflows.steps()]
let error: unknown
try { workflows.fail() } catch (thrown) { error = thrown }
export { said, result, steps, error }
`

const DIALECTS = { standard: false, legacy: true }
const SHARED: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  skipLibCheck: true,
  lib: ['lib.es2024.d.ts'],
  types: ['node'],
}

interface Compiled {
  messages: string[]
  load(): Promise<Record<string, unknown>>
}

/** Compiles a module as an app does, with its types checked. */
async function compiled(name: string, code: string, experimentalDecorators: boolean): Promise<Compiled> {
  const file = join(folder, `${name}.mts`)
  await writeFile(file, code)
  const program = ts.createProgram([file], { ...SHARED, experimentalDecorators })
  const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics]
  return {
    messages: diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    load: () => import(pathToFileURL(file.replace('.mts', '.mjs')).href),
  }
}

describe.each(Object.entries(DIALECTS))('the %s decorator', (name, legacy) => {
  test('compiles on methods of every kind, and tells their runs', async () => {
    const { messages, load } = await compiled(`class-${name}`, CLASS, legacy)
    expect(messages).toEqual([])
    const { said, result, steps, error } = await load()
    expect(result).toBe('wf7')
    expect(steps).toEqual([1, 2])
    expect(error).toBeInstanceOf(TypeError)
    expect(said).toMatchObject([
      { type: 'made_starting', payload: { function: 'make' } },
      { type: 'made_success' },
      { type: 'execute_starting', payload: { function: 'execute', args: [7] } },
      { type: 'execute_success', payload: { result: 'wf7' } },
      { type: 'steps_starting', payload: { function: 'steps' } },
      { type: 'steps_success', payload: { items: 2 } },
      { type: 'failure_starting', payload: { function: 'fail' } },
      { type: 'failure_failed', payload: { error_type: 'TypeError', error_message: 'wf' } },
    ])
  })

  test('does not compile on what is no method, and says so where nobody compiles', async () => {
    const code = `${HEAD} class Odd { @Track('odd', { hook }) field = 7 }; export { Odd, said }`
    const { messages, load } = await compiled(`field-${name}`, code, legacy)
    expect(messages).not.toEqual([])
    await expect(load()).rejects.toThrow(/@Track\('odd'\) stands on .*, wants a method/)
  })
})

test('what is tracked with hooks is an event of their system', async () => {
  const hub = await collectorForTest()
  const hook = createHooks('mahavishnu', { url: hub.url })
  onTestFinished(() => hook.shutdown())
  const execute = track(
    'workflow_completed',
    { hook, includeResult: true, tags: ['t'] },
    async (id: string) => id,
  )
  await execute('wf_123')
  await hook.flush()
  const events = await hub.allEvents()
  expect(events).toMatchObject([
    { source: 'mahavishnu', type: 'workflow_completed_starting', tags: ['t'] },
    { source: 'mahavishnu', type: 'workflow_completed_success', payload: { result: 'wf_123' } },
  ])
  expect(events[0].correlation_id).toBe(events[1].correlation_id)
})
