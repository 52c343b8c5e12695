import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { start, stop } from '../../examples/demo/src/processes.ts'
import { ensureDebian } from '../support/debian.ts'
import { HubSink } from '../support/hub-sink.ts'
import { collectorProcess, temporaryFolder } from '../support/programs.ts'
import { readJson } from '../support/read-back.ts'

const run = promisify(execFile)

interface Block {
  language: string
  code: string
}

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language, code]): Block => ({
  language: language!,
  code: code!,
}))
const apps = blocks.filter(({ language }) => language === 'js' || language === 'ts')

// Below this folder, so that the packages are found as an installed app would find them.
let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(import.meta.dirname, 'readme-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Node strips types but not decorators. */
function toJavaScript({ language, code }: Block): string {
  if (language === 'js') return code
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      experimentalDecorators: true,
    },
  })
  return outputText
}

it('has an app for each framework', () => {
  expect(apps.map(({ code }) => /@hubline\/(\w+)/.exec(code)?.[1])).toEqual([
    'express',
    'fastify',
    'nestjs',
    'express',
  ])
})

it.each(apps.map((block, index) => [index, block] as const))(
  'runs app %i as printed',
  async (index, block) => {
    const sink = await HubSink.open()
    const file = join(folder, `app-${index}.mjs`)
    const code = toJavaScript(block)
    expect(code).toContain('3000')
    const ready = `process.stdout.write('begun\\n')\n`
    await writeFile(file, code.replaceAll('3000', '0') + ready)
    const app = await start({
      name: 'readme app',
      cwd: folder,
      args: [file],
      env: { HUB_API_URL: sink.url, HUB_SOURCE: `readme-${index}`, HUB_BATCH_TIMEOUT: '20ms' },
      ready: /begun/,
    })
    try {
      const { address } = (await sink.event((event) => event.payload['state'] === 'ready')).payload
      const { port } = new URL(String(address))
      const [method, path] = code.includes('/orders') ? ['POST', '/orders'] : ['GET', '/users/7']
      const { status } = await fetch(`http://127.0.0.1:${port}${path}`, { method: method! })
      expect(status).toBeLessThan(300)
      const done = await sink.event((event) => event.payload['outcome'] === 'ok')
      expect(done.payload['route']).toBe(method === 'POST' ? '/orders' : '/users/:id')
    } finally {
      await stop(app)
      await sink.close()
    }
  },
)

it('sends the event of the curl line', async () => {
  await ensureDebian(['curl'], () =>
    run('curl', ['--version']).then(
      () => true,
      () => false,
    ),
  )
  const { url } = await collectorProcess(await temporaryFolder())
  const curl = blocks.find(({ language, code }) => language === 'sh' && code.startsWith('curl'))!
  await run('bash', ['-c', curl.code.replaceAll('http://127.0.0.1:4318', url)])
  expect(await readJson(`${url}/api/v1/hub/events`)).toMatchObject({
    data: [{ source: 'nightly-job', payload: { metric: 'rows_copied', value: 1200 } }],
  })
})
