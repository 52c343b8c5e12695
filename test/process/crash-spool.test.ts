import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { start, stop } from '../../examples/demo/src/processes.ts'
import { HubSink } from '../support/hub-sink.ts'
import { temporaryFolder } from '../support/programs.ts'
import { eventually } from '../support/read-back.ts'
import { spooledEvents } from '../support/spooled.ts'

const WORK = 5

async function run(framework: string, env: Record<string, string>, how = 'watched') {
  const app = await start({
    name: framework,
    cwd: import.meta.dirname,
    args: [new URL('peers/crashing.mjs', import.meta.url).pathname, framework, how],
    env,
    ready: /listens on/,
  })
  onTestFinished(() => stop(app))
  const port = app.printed.find((line) => line.startsWith('listens on'))!.slice('listens on '.length)
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
  const ended = once(app.process, 'close') as Promise<[code: number | null, signal: string | null]>
  return { app, get, ended }
}

/** Lets an app work, then crash; how it ended, and what it said of that. */
async function crash(framework: string, env: Record<string, string>, how?: string) {
  const { app, get, ended } = await run(framework, env, how)
  for (let n = 0; n < WORK; n++) expect(await (await get('/answers')).text()).toBe('done')
  void get('/crash').catch(() => {})
  const [code, signal] = await ended
  const said = app.printed.filter((line) => line.includes('nobody caught this'))
  return { code, signal, said }
}

test.each(['express', 'fastify', 'nestjs'])(
  'a crash of an app on %s with nobody to tell is on disk, and the next start delivers it as it was',
  async (framework) => {
    const port = await HubSink.freePort()
    const spool = join(await temporaryFolder(), 'spool')
    const env = { HUB_API_URL: `http://127.0.0.1:${port}`, HUB_SPOOL_DIR: spool, HUB_LOG_LEVEL: 'silent' }
    const ended = await crash(framework, env)
    expect(ended).toEqual(await crash(framework, {}, 'bare'))
    expect(ended).toMatchObject({ code: 1, signal: null })

    const kept = await spooledEvents(spool)
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, n) => n + 1))
    expect(kept.filter(({ type }) => type === 'InteractionDetected')).toHaveLength(WORK)
    expect(kept.slice(-2)).toMatchObject([
      { type: 'ErrorReported', severity: 'critical', payload: { message: 'nobody caught this' } },
      { type: 'LifecycleChanged', payload: { state: 'crashed' } },
    ])
    const { instance } = kept[0]!
    expect(new Set(kept.map((event) => event.instance))).toEqual(new Set([instance]))

    const sink = await HubSink.open(port)
    onTestFinished(() => sink.close())
    const next = await run(framework, env)
    const ids = new Set(kept.map(({ id }) => id))
    const back = () => new Map(sink.events.filter(({ id }) => ids.has(id)).map((event) => [event.id, event]))
    await sink.waitFor(() => back().size === kept.length)
    await eventually(async () => (await spooledEvents(spool)).length === 0)
    next.app.process.kill('SIGTERM')
    await next.ended
    expect([...back().values()].sort((a, b) => a.seq! - b.seq!)).toEqual(kept)
    expect(sink.events.some((event) => event.instance !== instance)).toBe(true)
  },
  120_000,
)
