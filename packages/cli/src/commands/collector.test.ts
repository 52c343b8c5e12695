import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { hubline } from '../testing/command.ts'
import { RunningCommand } from '../testing/process.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hubline-start-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

test.each([[[]], [['collector']]])('hubline %j starts a collector and says what to set', async (command) => {
  const data = await folder()
  const started = new RunningCommand([...command, '--port', '0', '--data', data])
  const [, url] = await started.says(/^ {2}HUB_API_URL=(\S+)\n[^]*OTEL_EXPORTER_OTLP_ENDPOINT=/m)
  expect(started.out).toContain(`page    ${url}/ui/\n`)
  expect(started.out).toContain(`data    ${data}\n`)
  expect(started.out).not.toContain('TOKEN')
  expect((await fetch(`${url}/ready`)).status).toBe(200)
  started.child.kill('SIGTERM')
  expect([await started.ended, started.err]).toEqual([0, ''])
})

test('where it has tokens it gives a link that signs in, says where tokens go, and tells none', async () => {
  const env = { HUBLINE_TOKENS: 'admin:*:open-sesame', HUBLINE_PORT: '0', HUBLINE_DATA: await folder() }
  const started = new RunningCommand([], env)
  await started.says(/hubline token create <app>/)
  const [link] = await started.says(/http:\S+login\?code=\S+/)
  expect((await fetch(link!, { redirect: 'manual' })).headers.get('set-cookie')).toContain('HttpOnly')
  expect(started.out).toContain('  HUB_API_TOKEN=<an ingest token>\n')
  expect(started.out).not.toContain('sesame')
})

test('what cannot be used is said in one line', async () => {
  const bad = await hubline(['--port', 'many'])
  expect([bad.code, bad.err]).toEqual([
    2,
    expect.stringMatching(/^hubline: --port is "many" but must be .*\n$/),
  ])
  const unknown = await hubline(['collector', '--prot', '1'])
  expect([unknown.code, unknown.err]).toEqual([
    2,
    expect.stringMatching(/'--prot'; --help lists the flags\n$/),
  ])
  const help = await hubline(['collector', '--help'])
  expect([help.code, help.out]).toEqual([0, expect.stringMatching(/^Usage: hubline collector \[--port/)])
})
