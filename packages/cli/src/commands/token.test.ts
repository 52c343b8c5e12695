import { expect, test } from 'vitest'
import { collectorForTest, hubline } from '../testing/command.ts'

test('the first token must be an admin, whose secret makes the others', async () => {
  const { url } = await collectorForTest()
  const at = { HUBLINE_URL: url }
  const refused = await hubline(['token', 'create', 'shop', '--scope', 'ingest'], at)
  expect([refused.code, refused.out]).toEqual([1, ''])
  expect(refused.err).toContain('the first token must have the scope "admin"')

  const first = await hubline(['token', 'create', 'chief', '--scope', 'admin'], at)
  expect(first.err).toContain('from now on every request needs a token')
  expect(first.out).toMatch(/^hbl_[0-9A-Za-z]+\n$/)
  const denied = await hubline(['token', 'list'], at)
  expect(denied).toMatchObject({ code: 4, err: expect.stringContaining('HUB_API_TOKEN or --token') })

  const chief = { ...at, HUB_API_TOKEN: first.out.trim() }
  const app = await hubline(
    ['token', 'create', 'shop', '--scope', 'ingest', '--source', 'shop', '--expires', '90d', '--json'],
    chief,
  )
  expect(JSON.parse(app.out)).toMatchObject({
    name: 'shop',
    scope: 'ingest',
    source: 'shop',
    state: 'active',
  })
  const { secret } = JSON.parse(app.out) as { secret: string }
  expect((await hubline(['token', 'list', '--token', secret], at)).code).toBe(4)

  const list = await hubline(['token', 'list'], chief)
  expect(list.out.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual(['NAME', 'chief', 'shop', ''])
  expect(list.out).not.toContain('hbl_')
})

test('a token is rotated and revoked by its name or id', async () => {
  const { url } = await collectorForTest()
  const at = { HUBLINE_URL: url }
  const chief = (await hubline(['token', 'create', 'chief', '--scope', 'admin'], at)).out.trim()
  const admin = { ...at, HUB_API_TOKEN: chief }
  const made = await hubline(['token', 'create', 'app', '--scope', 'read', '--json'], admin)
  const { id, secret } = JSON.parse(made.out) as { id: string; secret: string }
  const reads = async (token: string): Promise<number> =>
    (await fetch(`${url}/api/v1/services`, { headers: { authorization: `Bearer ${token}` } })).status

  const rotated = await hubline(['token', 'rotate', 'app', '--overlap', '10m'], admin)
  expect(rotated.err).toMatch(/has a new secret; the old one is accepted until \d{4}-/)
  expect([await reads(secret), await reads(rotated.out.trim())]).toEqual([200, 200])

  const revoked = await hubline(['token', 'revoke', id], admin)
  expect(revoked).toEqual({ code: 0, out: '', err: 'Token "app" is revoked.\n' })
  expect([await reads(secret), await reads(rotated.out.trim())]).toEqual([401, 401])
  const none = await hubline(['token', 'revoke', 'nobody'], admin)
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('there is no token "nobody"')])
})
