import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/programs.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
export const COLLECTOR = join(ROOT, 'collector/dist/bin.js')

/** A collector as a user runs it, in a process of its own. */
export interface Running {
  url: string
  /** Of OTLP over gRPC; undefined unless HUBLINE_GRPC_PORT turned it on. */
  grpcPort: number | undefined
  child: ChildProcess
  /** Exit code; null when a signal ended it. */
  exited: Promise<number | null>
  stderr: () => string
}

export async function startCollectorProcess(
  data: string,
  {
    bin = COLLECTOR,
    env = {},
    node = process.execPath,
  }: { bin?: string; env?: NodeJS.ProcessEnv; node?: string } = {},
): Promise<Running> {
  const child = spawn(node, [bin], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      HUBLINE_PORT: '0',
      HUBLINE_DATA: data,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  child.stdout.setEncoding('utf8')
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: string) => {
      out += text
      if (out.includes('\n')) resolve()
    })
    void exited.then((code) => reject(new Error(`the collector ended with ${code}: ${err}`)))
  })
  await ready
  const grpcPort = /gRPC on port (\d+)/.exec(out)?.[1]
  return {
    url: /http:\/\/[^/]+/.exec(out)![0],
    grpcPort: grpcPort === undefined ? undefined : Number(grpcPort),
    child,
    exited,
    stderr: () => err,
  }
}

/**
 * A copy of the built collector with one line changed, to show that the suite notices.
 *
 * @param file below `dist`.
 * @returns the path of its `bin.js`.
 */
export async function mutant(file: string, from: string, to: string): Promise<string> {
  const copy = await temporaryFolder()
  await cp(dirname(COLLECTOR), join(copy, 'dist'), { recursive: true })
  await cp(join(ROOT, 'collector/package.json'), join(copy, 'package.json'))
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  const path = join(copy, 'dist', file)
  const source = await readFile(path, 'utf8')
  const parts = source.split(from)
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`)
  await writeFile(path, parts.join(to))
  return join(copy, 'dist/bin.js')
}
