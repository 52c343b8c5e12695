import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { collectorForTest, dataDirectory, event } from './testing/collector.ts'

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url))

interface Run {
  child: ChildProcess
  stdout: () => string
  stderr: () => string
  exited: Promise<number | null>
}

/** Runs the collector, as it is built, as a process of its own; `shell` goes before it on a shell's command line. */
function run(env: NodeJS.ProcessEnv, args: string[] = [], shell?: string): Run {
  const options = {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NODE_NO_WARNINGS: '1',
      ...env,
    },
  }
  const node = [process.execPath, BIN, ...args]
  const child = shell
    ? spawn('bash', ['-c', `${shell}; exec "$@"`, 'bash', ...node], options)
    : spawn(node[0]!, node.slice(1), options)
  let [out, err] = ['', '']
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (err += text))
  const exited = once(child, 'close').then(([code]) => code as number | null)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return { child, stdout: () => out, stderr: () => err, exited }
}

async function ready(started: Run): Promise<string> {
  while (!started.stdout().includes('\n')) {
    const ended = await Promise.race([
      once(started.child.stdout!, 'data'),
      started.exited.then(() => 'ended'),
    ])
    if (ended === 'ended') throw new Error(`the collector ended: ${started.stderr()}`)
  }
  return /http:\/\/[^/]+/.exec(started.stdout())![0]
}

const post = (url: string, body: unknown) =>
  fetch(`${url}/api/v1/hub/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

async function storedIds(data: string): Promise<string[]> {
  const hub = await collectorForTest({ data })
  const ids = (await hub.allEvents()).map(({ id }) => id)
  await hub.collector.close()
  return ids
}

test('says one line when it is ready', async () => {
  const data = await dataDirectory()
  const started = run({ HUBLINE_PORT: '0', HUBLINE_DATA: data })
  const url = await ready(started)
  expect(started.stdout()).toBe(`Hubline collector ready at ${url}/ui/ · data in ${data}\n`)
  started.child.kill('SIGTERM')
  expect(await started.exited).toBe(0)
  expect(started.stderr()).toBe('')
})

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'what was acknowledged before %s is there afterwards',
  async (signal) => {
    const data = await dataDirectory()
    const started = run({ HUBLINE_PORT: '0', HUBLINE_DATA: data })
    const url = await ready(started)
    const acknowledged: string[] = []
    let refused = false
    const senders = [1, 2, 3, 4].map(async () => {
      while (!refused) {
        try {
          const response = await post(url, event())
          const body = (await response.json()) as { id: string }
          if (response.status === 201) acknowledged.push(body.id)
          else refused = true
        } catch {
          refused = true
        }
        if (acknowledged.length === 200) started.child.kill(signal)
      }
    })
    await Promise.all(senders)
    expect(await started.exited).toBe(signal === 'SIGTERM' ? 0 : null)
    expect(acknowledged.length).toBeGreaterThanOrEqual(200)
    const stored = new Set(await storedIds(data))
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
  },
)

test('a stream and a half-sent request do not keep it from stopping in time', async () => {
  const started = run({ HUBLINE_PORT: '0', HUBLINE_DATA: await dataDirectory() })
  const url = await ready(started)
  const stream = await fetch(`${url}/api/v1/stream`)
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('[')),
  })
  const half = fetch(`${url}/api/v1/hub/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    duplex: 'half',
  } as RequestInit).catch(() => undefined)
  await post(url, event())
  started.child.kill('SIGINT')
  // It ends itself with 1 when it has not closed within its deadline.
  expect(await started.exited).toBe(0)
  await Promise.all([half, stream.text().catch(() => undefined)])
})

test('a taken port is one clear line', async () => {
  const hub = await collectorForTest()
  const http = createHttpServer((_request, response) => response.end('hello'))
  const mute = createServer((socket) => socket.end('nonsense'))
  for (const server of [http, mute]) {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
  }
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port
  const cases: [number, string][] = [
    [hub.collector.port, 'by a Hubline collector 0.1.0'],
    [portOf(http), 'by another HTTP server'],
    [portOf(mute), 'by a program that does not speak HTTP'],
  ]
  for (const [port, holder] of cases) {
    const started = run({ HUBLINE_PORT: String(port), HUBLINE_DATA: await dataDirectory() })
    expect(await started.exited).toBe(1)
    expect(started.stderr()).toMatch(
      new RegExp(`^hubline-collector: port ${port} is taken ${holder}: .*HUBLINE_PORT=.*\n$`),
    )
    expect(started.stdout()).toBe('')
  }
})

/** Places of the system where nobody may write, root neither. */
const UNWRITABLE: [NodeJS.ProcessEnv, string[], RegExp][] = [
  [{ HUBLINE_PORT: '0', HUBLINE_DATA: '/proc/nope' }, [], /\/proc\/nope cannot be made.*HUBLINE_DATA=/],
  [{ HUBLINE_PORT: '0', HUBLINE_DATA: '/proc/self' }, [], /\/proc\/self cannot be used.*HUBLINE_DATA=/],
]

test('what cannot be used is one line and exit 1', async () => {
  const data = await dataDirectory()
  const damaged = await dataDirectory()
  await writeFile(join(damaged, 'catalog.db'), 'x'.repeat(5000))
  const cases: [NodeJS.ProcessEnv, string[], RegExp][] = [
    [{ HUBLINE_PORT: 'x' }, [], /HUBLINE_PORT is "x"/],
    [{}, ['--host', '0.0.0.0'], /--host=0.0.0.0 can be reached from other machines.*HUBLINE_TOKENS/],
    [{ HUBLINE_PORT: '0', HUBLINE_DATA: `${BIN}/nowhere` }, [], /nowhere.*ENOTDIR.*HUBLINE_DATA=/],
    [{ HUBLINE_PORT: '0', HUBLINE_DATA: BIN }, [], /bin\.js.*ENOTDIR.*HUBLINE_DATA=/],
    [{ HUBLINE_PORT: '0', HUBLINE_DATA: damaged }, [], /\(.*catalog\.db\) that is damaged.*HUBLINE_DATA=/],
    ...(process.platform === 'linux' ? UNWRITABLE : []),
  ]
  for (const [env, args, message] of cases) {
    const started = run({ HUBLINE_DATA: data, ...env }, args)
    expect(await started.exited).toBe(1)
    expect(started.stderr()).toMatch(message)
    expect(started.stderr().trimEnd().split('\n').length).toBe(1)
  }
  const help = run({}, ['--help'])
  expect(await help.exited).toBe(0)
  expect(help.stdout()).toContain('HUBLINE_TOKENS')
})

test('a full disk answers 503, keeps the process and what it acknowledged', async () => {
  const data = await dataDirectory()
  // Files may not grow beyond 2 MB, which SQLite sees as a full disk.
  const started = run(
    { HUBLINE_PORT: '0', HUBLINE_DATA: data, HUBLINE_LOG_LEVEL: 'silent' },
    [],
    'ulimit -f 2000',
  )
  const url = await ready(started)
  const pad = 'x'.repeat(50_000)
  const acknowledged: string[] = []
  let answer: Response
  do {
    answer = await post(url, event({ payload: { pad } }))
    const body = (await answer.json()) as { id: string }
    if (answer.status === 201) acknowledged.push(body.id)
  } while (answer.status === 201 && acknowledged.length < 1000)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toMatch(/^[123]$/)
  expect((await fetch(`${url}/health`)).status).toBe(200)
  expect((await fetch(`${url}/ready`)).status).toBe(503)
  started.child.kill('SIGTERM')
  expect(await started.exited).toBe(0)
  expect(acknowledged.length).toBeGreaterThan(5)
  expect((await storedIds(data)).toSorted()).toEqual(acknowledged.toSorted())
})
