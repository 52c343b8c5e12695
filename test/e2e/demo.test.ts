import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { quietPort } from '../support/ports.ts'

const demo = new URL('../../examples/demo/src/main.ts', import.meta.url).pathname

it('runs once: every service reports everything, one trace crosses them all, nothing stays behind', async () => {
  const port = await quietPort()
  const child = spawn(process.execPath, [demo, '--once'], {
    env: { ...process.env, HUBLINE_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await exited) as [number]

  expect({ code, complaints, printed }).toMatchObject({ code: 0, complaints: '' })
  for (const service of ['shop', 'payments', 'catalog']) {
    expect(printed).toContain(`✓ ${service} registered once`)
    expect(printed).toContain(`✓ ${service} reported errors`)
  }
  expect(printed).toMatch(/One trace across shop → payments → catalog: POST \/orders, 3 spans/)
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
}, 90_000)
