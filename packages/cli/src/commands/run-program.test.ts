import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { collectorForTest } from '../testing/command.ts'
import { RunningCommand } from '../testing/process.ts'

interface Stored {
  type: string
  source: string
  instance: string
  payload: Record<string, unknown>
}

const NODE = process.execPath

async function stored(url: string): Promise<Stored[]> {
  return ((await (await fetch(`${url}/api/v1/hub/events`)).json()) as { data: Stored[] }).data
}

const kinds = (events: Stored[]): string[] =>
  events.map(({ type, payload }) => (type === 'LifecycleChanged' ? (payload['state'] as string) : type))

async function state(url: string, name: string): Promise<unknown> {
  return ((await (await fetch(`${url}/api/v1/services/${name}`)).json()) as { state: unknown }).state
}

function program(code: string, env: Record<string, string>, flags: string[] = []): RunningCommand {
  return new RunningCommand(['run', ...flags, '--', NODE, '-e', code], env, '/')
}

test('a program is told of from its start to its end, and its stdio is its own', async () => {
  const { url } = await collectorForTest()
  const env = { HUB_API_URL: url, HUB_HEARTBEAT_INTERVAL: '100ms' }
  const running = program(
    `process.stdin.on('data', (chunk) => process.stdout.write(chunk)).on('end', () => console.error('bye'))`,
    env,
    ['--source', 'echo'],
  )
  const bytes = 'tea \u0000 \u001b[31m ✅\n'
  running.child.stdin.write(bytes)
  await running.says(/✅\n/)
  await expect
    .poll(async () => kinds(await stored(url)).slice(0, 4), { timeout: 15_000 })
    .toEqual(['AppRegistered', 'started', 'AgentHeartbeat', 'AgentHeartbeat'])
  expect(await state(url, 'echo')).toBe('up')
  running.child.stdin.end()
  expect([await running.ended, running.out, running.err]).toEqual([0, bytes, 'bye\n'])
  const events = await stored(url)
  expect(new Set(events.map(({ source, instance }) => `${source} ${instance}`)).size).toBe(1)
  expect(events.at(-1)!.payload).toMatchObject({ state: 'stopped', reason: 'exit', exit_code: 0 })
  expect(await state(url, 'echo')).toBe('stopped')
})

test('a crash is told with the exit code and the end of stderr, which passes through whole', async () => {
  const { url } = await collectorForTest()
  const code = `
    for (let n = 0; n < 20000; n++) process.stderr.write('line ' + n + '\\n')
    process.stderr.write('\\u001b[31mError: no tea\\u001b[0m\\n', () => process.exit(7))`
  const running = program(code, { HUB_API_URL: url }, ['--source', 'job'])
  expect(await running.ended).toBe(7)
  expect(running.err.split('\n').length).toBe(20_002)
  const events = await stored(url)
  expect(kinds(events).toSorted()).toEqual([
    'AgentHeartbeat',
    'AppRegistered',
    'ErrorReported',
    'crashed',
    'started',
  ])
  const crashed = events.find(({ payload }) => payload['state'] === 'crashed')!.payload
  expect(crashed).toMatchObject({ reason: 'exit 7', exit_code: 7 })
  expect(crashed['stderr']).toMatch(/^line \d+\n[^]*line 19999\nError: no tea$/)
  expect((crashed['stderr'] as string).length).toBeLessThanOrEqual(8192)
  expect(events.find(({ type }) => type === 'ErrorReported')!.payload).toMatchObject({
    message: 'node: exit 7: Error: no tea',
    error_type: 'ProgramCrashed',
    handled: false,
  })
  expect(await state(url, 'job')).toBe('crashed')
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s reaches the program, which then has stopped',
  async (signal) => {
    const { url } = await collectorForTest()
    const running = program(
      `process.on('${signal}', () => { console.log('heard'); process.exit(5) }); setInterval(() => {}, 1000); console.log('up')`,
      { HUB_API_URL: url },
      ['--source', 'job'],
    )
    await running.says(/up/)
    running.child.kill(signal)
    expect([await running.ended, running.out]).toEqual([5, 'up\nheard\n'])
    expect((await stored(url)).at(-1)!.payload).toMatchObject({
      state: 'stopped',
      reason: signal,
      exit_code: 5,
    })
  },
)

test('signals that ask nobody to go reach the program, too', async () => {
  const running = program(
    `process.on('SIGUSR2', () => { console.log('again'); process.exit(0) }); setInterval(() => {}, 1000); console.log('up')`,
    {},
  )
  await running.says(/up/)
  running.child.kill('SIGUSR2')
  expect([await running.ended, running.out]).toEqual([0, 'up\nagain\n'])
})

test('a program that a signal ended ends the command by that signal', async () => {
  const { url } = await collectorForTest()
  const killed = program(`process.kill(process.pid, 'SIGKILL')`, { HUB_API_URL: url }, ['--source', 'job'])
  expect(await killed.ended).toBe('SIGKILL')
  const crashed = (await stored(url)).find(({ payload }) => payload['state'] === 'crashed')!.payload
  expect(crashed).toMatchObject({ reason: 'SIGKILL', signal: 'SIGKILL' })
  const asked = program(`setInterval(() => {}, 1000); console.log('up')`, { HUB_API_URL: url })
  await asked.says(/up/)
  asked.child.kill('SIGTERM')
  expect(await asked.ended).toBe('SIGTERM')
})

test('exit codes are those of shells where the program cannot be run', async () => {
  const place = await mkdtemp(join(tmpdir(), 'hubline-run-'))
  onTestFinished(() => rm(place, { recursive: true, force: true }))
  const file = join(place, 'plain')
  await writeFile(file, 'x', { mode: 0o600 })
  const none = new RunningCommand(['run', join(place, 'none')])
  expect([await none.ended, none.err]).toEqual([
    127,
    expect.stringMatching(/^hubline: cannot run .*none: ENOENT$/m),
  ])
  const plain = new RunningCommand(['run', file])
  expect(await plain.ended).toBe(126)
})

test('without a hub, and with one that is away, the program runs as it is', async () => {
  const away = program(`console.log('out'); process.exit(3)`, { HUB_API_URL: 'http://127.0.0.1:1' })
  expect([await away.ended, away.out]).toEqual([3, 'out\n'])
  const missing = program(`console.log('out')`, { HUB_EVENTS_ENABLED: 'true' })
  expect([await missing.ended, missing.out]).toEqual([0, 'out\n'])
  expect(missing.err).toBe('[HUB] Error: Missing HUB_API_URL or HUB_API_TOKEN\n')
  const dry = program(`console.log('out')`, {})
  expect([await dry.ended, dry.out]).toEqual([0, 'out\n'])
  expect(dry.err).toMatch(/^\[HUB\] Would send: AppRegistered - \{/)
})

test('flags behind the program are its own, and stderr is left alone when that is asked for', async () => {
  const { url } = await collectorForTest()
  const flags = [
    'run',
    '--source',
    'job',
    '--no-stderr',
    'sh',
    '-c',
    'echo "$0" "$@"; echo err >&2; exit 4',
    '--source',
    '-q',
  ]
  const running = new RunningCommand(flags, { HUB_API_URL: url }, '/')
  expect([await running.ended, running.out, running.err]).toEqual([4, '--source -q\n', 'err\n'])
  const crashed = (await stored(url)).find(({ payload }) => payload['state'] === 'crashed')!.payload
  expect(crashed).not.toHaveProperty('stderr')
})

test('a child that outlives the program and holds its stderr does not hold the command', async () => {
  const place = await mkdtemp(join(tmpdir(), 'hubline-run-'))
  onTestFinished(() => rm(place, { recursive: true, force: true }))
  const pid = join(place, 'pid')
  const running = new RunningCommand(['run', 'sh', '-c', `sleep 60 >/dev/null & echo $! > ${pid}; exit 6`])
  expect(await running.ended).toBe(6)
  process.kill(Number(await readFile(pid, 'utf8')))
})
