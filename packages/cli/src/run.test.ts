import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { run } from './run.ts'
import { hubline } from './testing/command.ts'

test('help goes to stdout and is no failure', async () => {
  const { code, out, err } = await hubline(['token', '--help'])
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('Examples:\n  hubline token create')
})

test.each([
  [['tokn'], /unknown command 'tokn'[^]*Did you mean token/],
  [['token', 'create', 'x'], /required option '--scope <scope>' not specified/],
  [['token', 'create', 'x', '--scope', 'write'], /Allowed choices are ingest, read, admin/],
  [['token', 'list', '--what'], /unknown option '--what'/],
  [['token', 'list', '--url', 'ftp://x'], /--url is "ftp:\/\/x"; it must be an address/],
])('%j is a wrong command line', async (args, message) => {
  const { code, out, err } = await hubline(args)
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(message)
})

test('where nobody answers it says how to say where', async () => {
  const { code, err } = await hubline(['token', 'list', '--url', 'http://127.0.0.1:1'])
  expect(code).toBe(3)
  expect(err).toMatch(/^hubline: no collector answers at http:\/\/127\.0\.0\.1:1 .*HUBLINE_URL\n$/)
  const json = await hubline(['token', 'list', '--json'], { HUBLINE_URL: 'http://127.0.0.1:1' })
  expect(JSON.parse(json.err)).toMatchObject({ error: 'unreachable' })
})

test('another server is told from a collector, and nothing of it reaches the terminal', async () => {
  const server = createServer((_request, response) =>
    response
      .writeHead(403, { 'content-type': 'application/json' })
      .end('{"error":"no","message":"\\u001b[2Jgo"}'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { code, err } = await hubline(['token', 'list'], { HUB_API_URL: `${url}/api/v1/hub` })
  expect([code, err]).toEqual([4, 'hubline: \uFFFD[2Jgo\n'])
})

test('colours are for people, and not for those who want none', async () => {
  const failing = async (env: Record<string, string>): Promise<string> => {
    let err = ''
    const screen = { isTTY: true, write: (text: string) => (err += text) }
    await run(['token', 'list', '--url', 'http://127.0.0.1:1'], { env, out: screen, err: screen })
    return err
  }
  expect(await failing({})).toContain('\u001b[31mhubline:')
  expect(await failing({ NO_COLOR: '1' })).toMatch(/^hubline:/)
})
