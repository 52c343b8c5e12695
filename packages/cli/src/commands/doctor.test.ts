import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '@hubline/collector'
import { expect, onTestFinished, test } from 'vitest'
import { collectorForTest, hubline } from '../testing/command.ts'

interface Report {
  ok: boolean
  findings: { check: string; state: string; says: string; fix?: string }[]
}

async function examined(
  env: Record<string, string>,
): Promise<{ code: number; states: string[]; report: Report }> {
  const { code, out } = await hubline(['doctor', '--json'], { HUB_SOURCE: 'shop', ...env })
  const report = JSON.parse(out) as Report
  return { code, report, states: report.findings.map(({ check, state }) => `${check} ${state}`) }
}

const says = ({ findings }: Report, check: string): string => {
  const found = findings.find((finding) => finding.check === check)
  return `${found?.says} → ${found?.fix}`
}

async function beat(url: string): Promise<void> {
  const body = JSON.stringify({
    type: 'AgentHeartbeat',
    source: 'shop',
    occurred_at: new Date().toISOString(),
    payload: { status: 'healthy' },
  })
  const headers = { 'content-type': 'application/json' }
  expect((await fetch(`${url}/api/v1/hub/events`, { method: 'POST', headers, body })).ok).toBe(true)
}

/** A hub that says of itself what it is told. */
async function hubSaying(info: object): Promise<{ url: string; posts: unknown[] }> {
  const posts: unknown[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    if (request.method === 'POST') posts.push(JSON.parse(text))
    const isKnown = request.url!.endsWith('/info') || request.method === 'POST'
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(info))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posts }
}

test('where all is well every check says so, and a test event has gone and come back', async () => {
  const { url } = await collectorForTest()
  await beat(url)
  const { code, states, report } = await examined({ HUB_API_URL: url })
  expect(code).toBe(0)
  expect(report.ok).toBe(true)
  expect(states).toEqual([
    'settings ok',
    'address ok',
    'version ok',
    'clock ok',
    'storage ok',
    'token ok',
    'sending ok',
    'reading ok',
    'service ok',
    'delivery skipped',
  ])
  expect(says(report, 'service')).toContain('"shop" is up: alive, but there never was traffic')
  const stored = (await (await fetch(`${url}/api/v1/hub/events?type=hubline.*`)).json()) as { data: object[] }
  expect(stored.data).toMatchObject([{ type: 'hubline.doctor.tested', source: 'hubline-doctor' }])
})

test('it is told in words, with what to do', async () => {
  const { url } = await collectorForTest()
  const { code, out } = await hubline(['doctor', '--source', 'shop'], { HUB_API_URL: url })
  expect(code).toBe(0)
  expect(out).toContain(`✓ settings  events of "shop" (development) go to ${url}/api/v1/hub\n`)
  expect(out).toMatch(/! service {3}nothing has come from "shop" yet\n {12}→ start it with HUB_API_URL set/)
})

test.each([
  [{}, 2, /Nothing is sent.* → set HUB_API_URL/],
  [{ HUB_API_URL: 'hub' }, 2, /got "hub", wants an http or https address/],
  [{ HUB_API_URL: 'https://hub.example' }, 2, /Missing HUB_API_URL or HUB_API_TOKEN/],
  [{ HUB_API_URL: 'http://127.0.0.1:9', HUB_DIALECT: 'mesh' }, 2, /HUB_DIALECT is mesh.* → send a test/],
])('with %j the settings are wrong', async (env, exitCode, message) => {
  const { code, states, report } = await examined(env)
  expect([code, states, report.ok]).toEqual([exitCode, ['settings failed'], false])
  expect(says(report, 'settings')).toMatch(message)
})

test('nobody there, and somebody else, are told apart', async () => {
  const gone = createServer().listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const { port } = gone.address() as AddressInfo
  gone.close()
  const away = await examined({ HUB_API_URL: `http://127.0.0.1:${port}` })
  expect([away.code, says(away.report, 'address')]).toEqual([
    3,
    expect.stringMatching(/ECONNREFUSED\) → start a collector with hubline/),
  ])
  const { url } = await collectorForTest()
  const other = await examined({ HUB_API_URL: `${url}/other` })
  expect([other.code, other.states.at(-1)]).toEqual([1, 'address failed'])
})

test('tokens are told by what they open', async () => {
  const data = await mkdtemp(join(tmpdir(), 'hubline-doctor-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  const tokens = 'admin:*:chief,ingest:shop:in,ingest:other:else,read:*:out'
  const { url, close } = await startCollector({ port: 0, data, tokens, logLevel: 'error' })
  onTestFinished(close)
  const at = { HUB_API_URL: url }
  const none = await examined(at)
  expect([none.code, none.states.at(-1)]).toEqual([4, 'token failed'])
  expect(says(none.report, 'token')).toMatch(/wants a token.* → set HUB_API_TOKEN/)
  expect((await examined({ ...at, HUB_API_TOKEN: 'nonsense' })).code).toBe(4)
  const reads = await examined({ ...at, HUB_API_TOKEN: 'out' })
  expect([reads.code, says(reads.report, 'token')]).toEqual([
    4,
    expect.stringContaining('scope "read", which sends'),
  ])
  const sends = await examined({ ...at, HUB_API_TOKEN: 'in' })
  expect([sends.code, ...sends.states.slice(-3)]).toEqual([0, 'token ok', 'sending ok', 'reading skipped'])
  const wrong = await examined({ ...at, HUB_API_TOKEN: 'else' })
  expect([wrong.code, wrong.states.at(-1)]).toEqual([4, 'sending failed'])
  expect(says(wrong.report, 'sending')).toContain('→ set HUB_SOURCE to the source that the token is for')
  const all = await examined({ ...at, HUB_API_TOKEN: 'chief' })
  expect([all.code, says(all.report, 'token')]).toEqual([0, expect.stringContaining('has the scope "admin"')])
})

test('a clock that is wrong, and another version, are warnings', async () => {
  const time = new Date(Date.now() - 600_000).toISOString()
  const { url } = await hubSaying({ name: 'hubline', product: 'hubline', version: '9.1.0', time })
  const { report } = await examined({ HUB_API_URL: url })
  expect(says(report, 'clock')).toMatch(
    /^this machine is 10 min 0 s ahead of the collector → set both by NTP/,
  )
  expect(says(report, 'version')).toMatch(/^the collector is 9\.1\.0, this command \d.* → bring both/)
})

test('an original hub is sent a heartbeat, which it knows', async () => {
  const { url, posts } = await hubSaying({ name: 'the hub', version: '3', time: new Date().toISOString() })
  const { code, states } = await examined({ HUB_API_URL: url })
  expect([code, states]).toEqual([0, ['settings ok', 'address ok', 'version ok', 'clock ok', 'sending ok']])
  expect(posts).toMatchObject([{ type: 'AgentHeartbeat', source: 'shop' }])
})
