import { expect, it, onTestFinished } from 'vitest'
import { stop } from '../../examples/demo/src/processes.ts'
import { HubSink } from '../support/hub-sink.ts'
import { exampleProcess } from '../support/programs.ts'

const HUB_AWAY = 'http://127.0.0.1:9'

it.each([
  [
    { HUB_API_URL: HUB_AWAY, HUB_BATCH_SIZE: 'abc' },
    /HUB_BATCH_SIZE: got "abc", wants a whole number from 1 to 10000; using 512\./,
  ],
  [
    { HUB_API_URL: 'nonsense' },
    /HUB_API_URL: got "nonsense", wants an http or https address .*; nothing is sent\./,
  ],
  [{ HUB_EVENTS_ENABLED: 'true' }, /^\[HUB\] Error: Missing HUB_API_URL or HUB_API_TOKEN$/],
  [{}, /^\[HUB\] Nothing is sent: set HUB_API_URL=/],
  [
    { HUB_API_URL: HUB_AWAY, OTEL_EXPORTER_OTLP_ENDPOINT: 'nonsense' },
    /OTEL_EXPORTER_OTLP_ENDPOINT: got "nonsense", wants an http or https address .*; it is ignored\./,
  ],
])('%o gives one clear line and a running app', async (env, line) => {
  for (const name of ['shop', 'payments', 'catalog'] as const) {
    const app = await exampleProcess(name, env as Record<string, string>)
    expect((await fetch(`${app.url}/health`)).status).toBe(200)
    await stop(app)
    const said = app.printed.filter((text) => text.startsWith('[HUB]') && !text.includes('are not delivered'))
    expect(said).toEqual([expect.stringMatching(line)])
  }
})

it('says that OTLP goes out where only its own variable is set', async () => {
  const sink = await HubSink.open()
  onTestFinished(() => sink.close())
  const app = await exampleProcess('shop', { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url })
  await fetch(`${app.url}/orders/7`)
  await sink.waitFor(() => sink.spans.find(({ name }) => name === 'GET /orders/:id'))
  await stop(app)
  expect(app.printed.filter((line) => line.startsWith('[HUB]'))).toEqual([
    '[HUB] Only OTLP is sent: set HUB_API_URL=http://127.0.0.1:4318 for hub events.',
  ])
  expect(sink.events).toEqual([])
})

it('prints what it would send when sending is off', async () => {
  const app = await exampleProcess('shop', { HUB_EVENTS_ENABLED: 'false' })
  await fetch(`${app.url}/orders/7`)
  await stop(app)
  const would = '[HUB] Would send: InteractionDetected - {"action":"GET /orders/:id",'
  expect(app.printed.filter((line) => line.startsWith(would))).toHaveLength(1)
})
