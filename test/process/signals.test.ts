import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { start, stop } from '../../examples/demo/src/processes.ts'
import { HubSink } from '../support/hub-sink.ts'

type Signal = 'SIGTERM' | 'SIGINT' | 'SIGHUP'

async function begin(how: string, place: 'before' | 'after' | 'without', signal: Signal) {
  const sink = await HubSink.open()
  const app = await start({
    name: 'app',
    cwd: import.meta.dirname,
    args: [new URL('peers/signals.mjs', import.meta.url).pathname, how, place, signal],
    env: { HUB_API_URL: sink.url },
    ready: /listens on/,
  })
  onTestFinished(async () => {
    if (app.process.exitCode === null) app.process.kill('SIGKILL')
    await stop(app)
    await sink.close()
  })
  const ended = once(app.process, 'close') as Promise<[code: number | null, by: string | null]>
  const port = app.printed.find((line) => line.startsWith('listens on'))!.slice('listens on '.length)
  const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}`)).text()
  const states = () => sink.states().map(({ payload }) => payload)
  return { sink, app, ended, ask, states }
}

const said = ({ app }: Awaited<ReturnType<typeof begin>>): string[] =>
  app.printed.filter((line) => !line.startsWith('listens on'))

const ENDINGS: [how: string, ...signals: Signal[]][] = [
  ['nothing', 'SIGTERM', 'SIGINT'],
  ['on', 'SIGTERM'],
  ['once', 'SIGTERM', 'SIGINT'],
  ['first', 'SIGTERM'],
  ['events', 'SIGTERM'],
  ['exits', 'SIGTERM'],
  ['raises', 'SIGTERM'],
  ['graceful', 'SIGTERM'],
  ['signal-exit 3', 'SIGTERM'],
  ['signal-exit 4', 'SIGTERM'],
  ['signal-exit 3 and 4', 'SIGTERM', 'SIGINT'],
  ['signal-exit 4 and once', 'SIGTERM'],
  ['clears', 'SIGTERM'],
]

test.each(ENDINGS)(
  'an app with "%s" ends as it does without us, and says goodbye',
  async (how, ...signals) => {
    for (const signal of signals) {
      const [without, ...others] = await Promise.all(
        (['without', 'before', 'after'] as const).map(async (place) => {
          const run = await begin(how, place, signal)
          run.app.process.kill(signal)
          const ended = await run.ended
          const states = run.states().map(({ state }) => state)
          return { outcome: { ended, said: said(run) }, states }
        }),
      )
      for (const { outcome, states } of others) {
        expect(outcome).toEqual(without!.outcome)
        expect(states).toEqual(['started', 'ready', 'stopping', 'stopped'])
      }
    }
  },
)

test.each([
  ['ignores', 'ignored'],
  ['signal-exit 4, which stays', undefined],
])('an app with "%s" lives on, and is stopping from then on', async (how, line) => {
  for (const place of ['before', 'after'] as const) {
    const { sink, app, ask, states } = await begin(how, place, 'SIGTERM')
    app.process.kill('SIGTERM')
    await sink.waitFor(() => states().at(-1)?.['state'] === 'stopping')
    expect(await ask()).toBe('alive')
    if (line) await expect.poll(() => app.printed).toContain(line)
    expect(app.process.exitCode).toBe(null)
  }
})

test('an event of the name of a signal ends nothing', async () => {
  const { app, ask, states, ended } = await begin('emits', 'after', 'SIGTERM')
  await expect.poll(() => app.printed).toContain('emitted')
  expect(await ask()).toBe('alive')
  expect(states().map(({ state }) => state)).not.toContain('stopping')
  app.process.kill('SIGTERM')
  expect(await ended).toEqual([null, 'SIGTERM'])
})

test('a terminal that is closed is a signal like the others', async () => {
  const { app, states, ended } = await begin('nothing', 'after', 'SIGHUP')
  app.process.kill('SIGHUP')
  expect(await ended).toEqual([null, 'SIGHUP'])
  expect(states().at(-1)).toMatchObject({ state: 'stopped', reason: 'SIGHUP' })
})

test('the last words tell the exit code', async () => {
  const { app, states, ended } = await begin('exits', 'after', 'SIGTERM')
  app.process.kill('SIGTERM')
  expect(await ended).toEqual([3, null])
  expect(states().at(-1)).toMatchObject({ state: 'stopped', reason: 'exit 3', exit_code: 3 })
})
