import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { dataDirectory } from './testing/collector.ts'

const BIN = fileURLToPath(new URL('./bin.ts', import.meta.url))

test('no secret comes into the log, however much it says', async () => {
  const child = spawn(process.execPath, [BIN], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      HUBLINE_DATA: await dataDirectory(),
      HUBLINE_PORT: '0',
      HUBLINE_LOG_LEVEL: 'trace',
      HUBLINE_TOKENS: 'ingest:*:in-s3cret,admin:*:chief-s3cret',
    },
  })
  const closed = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await closed
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  while (!out.includes('\n')) await once(child.stdout, 'data')
  const url = /http:\/\/[^/]+/.exec(out)![0]
  const post = async (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })

  await post('/t/in-s3cret/api/v1/hub/events', '{')
  await post('/t/in-s3cret/v1/traces', 'not json')
  await post('/t/wrong-s3cret/v1/traces', '{}')
  await post('/t/in-s3cret/nothing/%zz', '')
  await post('/v1/traces', '', { 'content-type': 'text/plain', authorization: 'Bearer in-s3cret' })
  const chief = { authorization: 'Bearer chief-s3cret' }
  const made = await post('/api/v1/tokens', '{"name":"app","scope":"read"}', chief)
  const { secret, id } = (await made.json()) as { secret: string; id: string }
  await post('/api/v1/session', '', { authorization: `Bearer ${secret}` })
  await post(`/api/v1/tokens/${id}/revoke`, '', chief)
  child.kill('SIGTERM')
  await closed
  // It does log: that a token was made and revoked, by its id.
  expect(err).toContain(id)
  expect(err).not.toContain('s3cret')
  expect(err).not.toContain(secret)
})
