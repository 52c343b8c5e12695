import { describe, expect, test } from 'vitest'
import { dashboard, overflow, reach, seriousFindings } from './browser.ts'
import { sendFleet } from './fleet.ts'
import { CORPUS, sendCorpus } from './hostile.ts'
import { sendEvents } from './send.ts'

const hub = dashboard()

// The first tests of this file see the collector while it is empty.
test('an empty collector shows the lines to copy, and fills by itself when the first event comes', async () => {
  const page = await hub.open()
  await page.getByText('app.use(hubline())', { exact: true }).waitFor()
  await page.getByText(`HUB_API_URL=${hub.collector.url}`, { exact: true }).waitFor()
  const live = await hub.open('#/live')
  await live.getByText('No events yet').waitFor()
  await Promise.all([reach(page, 'live'), reach(live, 'live')])
  await sendEvents(hub.collector.url, [said('ready')])
  await live.locator('.event', { hasText: 'ready' }).waitFor()
  await page.getByRole('link', { name: 'shop', exact: true }).waitFor()
})

describe('the frame of all pages', () => {
  test('leads by keys, tells them, and comes back', async () => {
    await sendEvents(hub.collector.url, [said('ready')])
    const page = await hub.open()
    await reach(page, 'live')
    await page.keyboard.press('?')
    const keys = page.getByRole('dialog', { name: 'Keys' })
    await keys.getByText('Go to Live').waitFor()
    await page.keyboard.press('Escape')
    await keys.waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await page.waitForURL('**/ui/#/live')
    await page.getByLabel("Search the events' text").waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('ready')
    await page.waitForURL('**/ui/#/live?text=ready')
    await page.goBack()
    await page.getByRole('link', { name: 'shop', exact: true }).waitFor()
    await page.keyboard.press('j')
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('shop')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/ui/#/service/shop')
    await page.getByRole('heading', { level: 1, name: 'shop' }).waitFor()
    await page.keyboard.press('Escape')
    await page.waitForURL('**/ui/#/')
  })

  test('is light or dark as the system is, or as was chosen, which is kept', async () => {
    const ground = 'getComputedStyle(document.documentElement).backgroundColor'
    const page = await hub.open('', { colorScheme: 'dark' })
    const dark = await page.evaluate(ground)
    await page.getByRole('button', { name: 'Colours: as the system' }).click()
    await page.getByRole('button', { name: 'Colours: light' }).waitFor()
    await expect.poll(() => page.evaluate(ground)).not.toBe(dark)
    await page.reload()
    await page.getByRole('button', { name: 'Colours: light' }).click()
    await expect.poll(() => page.evaluate(ground)).toBe(dark)
  })

  test('is one stream for all tabs of a browser', async () => {
    const context = await hub.browser.newContext()
    const [one, other] = [await hub.open('#/live', { context }), await hub.open('#/live', { context })]
    await Promise.all([reach(one, 'live'), reach(other, 'live')])
    await sendEvents(hub.collector.url, [said('to all tabs')])
    for (const tab of [one, other]) await tab.locator('.event', { hasText: 'to all tabs' }).waitFor()
    // The view of all events and that of what changes for services, each once.
    const streams = async () => {
      const metrics = await (await fetch(`${hub.collector.url}/metrics`)).text()
      return /^hubline_streams (\d+)/m.exec(metrics)?.[1]
    }
    await expect.poll(streams).toBe('2')
    await context.close()
  })
})

test('a browser without shared workers follows events all the same', async () => {
  const page = await hub.open('#/live')
  await page.addInitScript('delete globalThis.SharedWorker')
  await page.reload()
  await reach(page, 'live')
  await sendEvents(hub.collector.url, [said('to this tab alone')])
  await page.locator('.event', { hasText: 'to this tab alone' }).waitFor()
})

test('whoever goes on to another page begins at its top, with the focus there', async () => {
  await sendEvents(
    hub.collector.url,
    Array.from({ length: 60 }, (_, number) => said(`number ${number}`)),
  )
  const page = await hub.open('#/live?source=shop')
  await page.locator('.event').nth(50).waitFor()
  await page.locator('.event').nth(45).getByRole('button').click()
  const before = await page.evaluate('scrollY')
  expect(before).toBeGreaterThan(500)
  await page.locator('.event .details').getByRole('link', { name: 'shop' }).click()
  await page.getByRole('heading', { level: 1, name: 'shop' }).waitFor()
  await expect.poll(() => page.evaluate('scrollY')).toBe(0)
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main')
  await page.goBack()
  await page.locator('.event').nth(50).waitFor()
})

describe('a trace', () => {
  test('shows the spans of all services with what was said meanwhile', async () => {
    const { failedTrace } = await sendFleet(hub.collector.url, Date.now(), 5)
    const page = await hub.open(`#/trace/${failedTrace}`)
    const rows = page.locator('.waterfall .row')
    await rows.nth(7).waitFor()
    const what = (await rows.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))
    expect(what[0]).toMatch(/^edge POST \/checkout 144 ms/)
    expect(what.find((text) => text.startsWith('payments POST /charges'))).toMatch(/error 88.2 ms$/)
    await rows.first().focus()
    await page.keyboard.press('Enter')
    await page.locator('.waterfall dt', { hasText: 'span id' }).waitFor()
  })

  test('that nobody knows says so', async () => {
    const page = await hub.open(`#/trace/${'ab'.repeat(16)}`)
    await page.getByText('Nothing is known of the trace').waitFor()
    hub.excuse(/status of 404/)
  })
})

test('whatever comes from the network is shown as text', async () => {
  const traceId = await sendCorpus(hub.collector.url)
  const services = CORPUS.slice(0, 3).map((text) => [`#/service/${encodeURIComponent(text)}`, '.changes li'])
  const wanted = {
    '': '.table',
    '#/live': '.event',
    [`#/trace/${traceId}`]: '.waterfall .row',
    ...(Object.fromEntries(services) as Record<string, string>),
  }
  for (const [route, sign] of Object.entries(wanted)) {
    const page = await hub.open(route)
    await page.locator(sign).first().waitFor()
    for (const row of await page.locator('.waterfall .row').all()) await row.click()
    for (const text of CORPUS.slice(0, route === '' || route === '#/live' ? undefined : 1)) {
      await page.getByText(text, { exact: false }).first().waitFor({ state: 'attached' })
    }
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined()
    const forbidden = 'main :is(script, img, iframe, object, embed, style, a:not([href^="#/"]))'
    expect(await page.locator(forbidden).count()).toBe(0)
    expect(await overflow(page)).toBeLessThanOrEqual(0)
  }
})

test('a phone of 360 px scrolls in one direction alone, and axe finds nothing serious', async () => {
  const { failedTrace } = await sendFleet(hub.collector.url, Date.now(), 20)
  for (const [route, sign] of [
    ['#/live', '.event'],
    [`#/trace/${failedTrace}`, '.waterfall .row'],
  ] as const) {
    const page = await hub.open(route, { width: 360 })
    await page.locator(sign).first().waitFor()
    expect(await overflow(page), route).toBeLessThanOrEqual(0)
    expect(await seriousFindings(page), route).toEqual([])
  }
})

// The last tests of this file start the collector anew.
test('a lost collector is told, and the page goes on when it is back', async () => {
  const page = await hub.open('#/live')
  await reach(page, 'live')
  await hub.restart({ port: hub.collector.port })
  await sendEvents(hub.collector.url, [said('afterwards')])
  await page.locator('.event', { hasText: 'afterwards' }).waitFor()
  await reach(page, 'live')
  hub.excuse(/net::ERR_|ERR_CONNECTION/)
})

test('a collector with tokens lets the printed address in, and asks others for a token that may read', async () => {
  await hub.restart({ tokens: 'ingest:*:send-only,read:*:look-only' })
  const page = await hub.open('', { url: hub.collector.dashboardUrl })
  await reach(page, 'live')
  const other = await hub.open()
  const token = other.getByLabel('This collector asks for a token')
  await token.fill('send-only')
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.getByText('this needs the scope "read"').waitFor()
  await token.fill('look-only')
  await other.getByRole('button', { name: 'Sign in' }).click()
  await reach(other, 'live')
  hub.excuse(/status of 40[13]/)
})

function said(state: string): Parameters<typeof sendEvents>[1][number] {
  return {
    type: 'LifecycleChanged',
    source: 'shop',
    occurred_at: new Date().toISOString(),
    payload: { state },
  }
}
