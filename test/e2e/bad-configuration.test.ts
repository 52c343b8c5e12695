import { expect, it } from 'vitest'
import { stop } from '../../examples/demo/src/processes.ts'
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
])('%o gives one clear line and a running app', async (env, line) => {
  for (const name of ['shop', 'payments', 'catalog'] as const) {
    const app = await exampleProcess(name, env as Record<string, string>)
    expect((await fetch(`${app.url}/health`)).status).toBe(200)
    await stop(app)
    const said = app.printed.filter((text) => text.startsWith('[HUB]') && !text.includes('are not delivered'))
    expect(said).toEqual([expect.stringMatching(line)])
  }
})

it('prints what it would send when sending is off', async () => {
  const app = await exampleProcess('shop', { HUB_EVENTS_ENABLED: 'false' })
  await fetch(`${app.url}/orders/7`)
  await stop(app)
  const would = '[HUB] Would send: InteractionDetected - {"action":"GET /orders/:id",'
  expect(app.printed.filter((line) => line.startsWith(would))).toHaveLength(1)
})
