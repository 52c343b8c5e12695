import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type Running, start, stop } from '../../examples/demo/src/processes.ts'
import { quietPort } from './ports.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** A program of this repository in a process of its own, ended with the test. */
export interface Program extends Running {
  url: string
}

/** A temporary folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hubline-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The collector as a user starts it. */
export async function collectorProcess(data: string, port?: number): Promise<Program> {
  const at = port ?? (await quietPort())
  const running = await start({
    name: 'collector',
    cwd: data,
    args: [join(root, 'collector/dist/bin.js')],
    env: { HUBLINE_PORT: String(at), HUBLINE_DATA: data },
    ready: /ready at/,
  })
  onTestFinished(() => stop(running))
  return { ...running, url: `http://127.0.0.1:${at}` }
}

const EXAMPLES = {
  shop: 'express/src/main.ts',
  payments: 'fastify/src/main.ts',
  catalog: 'nestjs/dist/main.js',
}

/** One of the example services as a user starts it. */
export async function exampleProcess(
  name: keyof typeof EXAMPLES,
  env: Record<string, string>,
): Promise<Program> {
  const port = await quietPort()
  const file = join(root, 'examples', EXAMPLES[name])
  const running = await start({
    name,
    cwd: dirname(dirname(file)),
    args: [file],
    env: { PORT: String(port), ...env },
    ready: /listens on/,
  })
  onTestFinished(() => stop(running))
  return { ...running, url: `http://127.0.0.1:${port}` }
}
