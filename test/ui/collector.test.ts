import { expect, test } from 'vitest'
import { dashboard, overflow, seriousFindings } from './browser.ts'
import { sendFleet } from './fleet.ts'
import { sendEvents } from './send.ts'

const hub = dashboard()

test('the collector tells what comes in, what is kept and for how long, and what was not stored and why', async () => {
  const { url } = hub.collector
  await sendFleet(url, Date.now(), 20)
  const page = await hub.open('#/collector')
  const kept = page.getByRole('table', { name: 'Kept' })
  await kept.getByRole('row', { name: /^spans \d+ .* 7 d/ }).waitFor()
  await page.getByText('Nothing was refused, rejected or dropped.').waitFor()
  await page.locator('.figures', { hasText: 'on disk, of 11 GB at most' }).waitFor()
  await sendEvents(url, [
    {
      type: 'AgentHeartbeat',
      source: 'storefront',
      instance: 'lossy',
      seq: 8,
      occurred_at: new Date().toISOString(),
      payload: { status: 'healthy', interval_s: 60, generated: 8, dropped: { queue_full: 3 } },
    },
  ])
  const broken = await fetch(`${url}/api/v1/hub/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'AppRegistered' }),
  })
  expect(broken.status).toBe(422)
  const lost = page.getByRole('table', { name: 'Not stored' })
  await lost
    .getByText('items rejected by the collector')
    .or(lost.getByText('requests refused'))
    .first()
    .waitFor()
  await page.locator('.chart canvas').nth(1).waitFor()
  await page.reload()
  await lost.getByRole('row', { name: /storefront queue full events dropped by the service 3/ }).waitFor()
})

test('axe finds nothing serious in the collector’s page in either theme, nor a phone a second direction', async () => {
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 360],
  ] as const) {
    const page = await hub.open('#/collector', { colorScheme, width })
    await page.getByRole('table', { name: 'Kept' }).waitFor()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    expect(await seriousFindings(page)).toEqual([])
  }
})

// The last test of this file starts the collector anew.
test('an admin makes a token, sees its secret once, and revokes it; who may only look sees none', async () => {
  await hub.restart({ tokens: 'admin:*:boss,read:*:look-only,read:storefront:one-alone' })
  const page = await hub.open('#/collector', { url: `${hub.collector.url}/ui/#/collector` })
  const signIn = async (secret: string) => {
    await page.getByLabel('This collector asks for a token').fill(secret)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  await signIn('boss')
  const tokens = page.getByRole('table', { name: 'Tokens' })
  await tokens.getByText('entry 1 of HUBLINE_TOKENS').waitFor()
  const form = page.getByRole('form', { name: 'New token' })
  await form.getByLabel('Name').fill('<b>shop</b>')
  await form.getByLabel('Scope').selectOption('ingest')
  await form.getByLabel('Source').fill('shop')
  await form.getByLabel('Ends after').fill('soon')
  await form.getByRole('button').click()
  await form.getByText(/RFC 3339|expires/).waitFor()
  await form.getByLabel('Ends after').fill('90d')
  await form.getByRole('button').click()
  const secret = await page.locator('.secret code').innerText()
  const sent = await fetch(`${hub.collector.url}/api/v1/hub/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'a.b', source: 'shop', occurred_at: new Date().toISOString(), payload: {} }),
  })
  expect(sent.status).toBeLessThan(300)
  await page.getByRole('button', { name: 'I have it' }).click()
  await expect.poll(() => page.getByText(secret).count()).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
  page.removeAllListeners('dialog')
  page.once('dialog', (dialog) => void dialog.accept())
  await tokens.getByRole('button', { name: 'Revoke <b>shop</b>' }).click()
  await tokens.getByText('revoked').waitFor()
  hub.excuse(/status of 4(01|22)/)

  const context = await hub.browser.newContext()
  const other = await hub.open('#/collector', { context })
  await other.getByLabel('This collector asks for a token').fill('look-only')
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.getByText('for those who have one with the scope admin').waitFor()
  await other.getByRole('table', { name: 'Kept' }).waitFor()
  hub.excuse(/status of 403/)

  // Who may read one service alone is told which pages are not for them.
  await other.request.delete(`${hub.collector.url}/api/v1/session`)
  await other.reload()
  await other.locator('[data-link=out]').waitFor()
  await other.getByLabel('This collector asks for a token').fill('one-alone')
  await other.getByRole('button', { name: 'Sign in' }).click()
  const told = other.getByRole('status').filter({ hasText: 'Your token does not open this' })
  await told.getByText('the token is bound to "storefront"').waitFor()
  await other.goto(`${hub.collector.url}/ui/#/map`)
  await other.getByRole('heading', { name: 'Service map' }).waitFor()
  await told.getByText('the token is bound to "storefront"').waitFor()
  expect(await other.getByRole('alert').count()).toBe(0)
  await other.close()
  await context.close()
})
