import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { askAndLeave } from '../support/http.ts'
import { HubSink } from '../support/hub-sink.ts'

const PEER = fileURLToPath(new URL('peers/rejects.mjs', import.meta.url))

async function startPeer(how: 'hears' | 'dies') {
  const sink = await HubSink.open()
  const env = { HUB_API_URL: sink.url, HUB_BATCH_TIMEOUT: '5ms' }
  const peer = spawn(process.execPath, [PEER, how], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const closed = once(peer, 'close')
  onTestFinished(async () => {
    peer.kill('SIGKILL')
    await closed
    await sink.close()
  })
  const next = async (): Promise<string> => {
    const [line] = (await once(peer.stdout, 'data')) as [Buffer]
    return line.toString().trim()
  }
  return { sink, closed, url: await next(), next }
}

test('a rejection that Express 4 drops is joined to its request', async () => {
  const { sink, url, next } = await startPeer('hears')
  const leave = askAndLeave(`${url}/users/7`)
  await next()
  leave()
  const interaction = await sink.event('InteractionDetected')
  expect(sink.ofType('ErrorReported')).toMatchObject([
    {
      trace_id: interaction.trace_id,
      span_id: interaction.span_id,
      payload: {
        message: 'nobody’s',
        error_type: 'TypeError',
        handled: false,
        route: '/users/:id',
      },
    },
  ])
  expect(interaction.payload).toMatchObject({ action: 'GET /users/:id', outcome: 'server_error' })
})

test('a rejection that Express 4 drops and that ends the process is joined to its request', async () => {
  const { sink, url, closed } = await startPeer('dies')
  askAndLeave(`${url}/users/7`)
  expect(await closed).toEqual([1, null])
  expect(sink.ofType('ErrorReported')).toMatchObject([
    {
      severity: 'critical',
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      payload: { message: 'nobody’s', route: '/users/:id', origin: 'unhandledRejection' },
    },
  ])
})
