import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { dashboard, overflow, reach, seriousFindings } from './browser.ts'
import { CORPUS, sendCorpus } from './hostile.ts'
import { sendTrouble, TRACE } from './trouble.ts'

const hub = dashboard()

const rows = (page: Page) => page.getByRole('table', { name: 'Errors' }).locator('tbody tr')
const types = (page: Page) => rows(page).locator('.said b').allTextContents()
const plain = (text: string) => text.replaceAll(/\s+/g, ' ')

/** Opens the page of the group of a type. */
async function openGroup(type: string, view?: Parameters<typeof hub.open>[1]): Promise<Page> {
  const answer = await fetch(`${hub.collector.url}/api/v1/errors?type=${encodeURIComponent(type)}`)
  const { data } = (await answer.json()) as { data: { id: string }[] }
  return hub.open(`#/errors/${data[0]!.id}`, view)
}

// The first test of this file sees the collector while it is empty.
test('without errors the page says what would report them, and fills by itself', async () => {
  const page = await hub.open('#/errors')
  await page.getByText(`HUB_API_URL=${hub.collector.url}`, { exact: true }).waitFor()
  await reach(page, 'live')
  await sendTrouble(hub.collector.url, Date.now())
  await rows(page).nth(2).waitFor()
  await expect.poll(() => types(page)).toEqual(['TypeError', 'GatewayTimeout', 'ENOSPC'])
})

describe('errors', () => {
  beforeAll(() => sendTrouble(hub.collector.url, Date.now()))

  test('are searched, filtered and sorted by the address, and opened by keys', async () => {
    const page = await hub.open('#/errors?sort=count')
    await rows(page).nth(2).waitFor()
    expect((await types(page))[0]).toBe('GatewayTimeout')
    const often = plain(await rows(page).first().innerText())
    expect(often).toMatch(/GatewayTimeout card processor .* payments .* 1\.9\.3 \+1 open/)
    expect(await rows(page).first().getByRole('img').getAttribute('aria-label')).toMatch(
      /^By the hour .*[1-9]/,
    )
    await page.keyboard.press('/')
    await page.keyboard.type('CURRENCY')
    await expect.poll(() => types(page)).toEqual(['TypeError'])
    await expect.poll(() => page.url()).toContain('q=CURRENCY')
    await page.keyboard.press('Enter')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/#\/errors\/[0-9a-f]{16}$/)
    await page.getByRole('heading', { level: 1, name: /TypeError.*currency/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.waitForURL('**/ui/#/errors')
    await page.getByLabel('Service').selectOption('payments')
    await expect.poll(() => types(page)).toEqual(['GatewayTimeout'])
  })

  test('have a page with the place in the code, the trace, and what happened before', async () => {
    const page = await openGroup('TypeError')
    const own = page.getByRole('list', { name: 'Frames of the application' }).getByRole('listitem')
    await own.first().waitFor()
    expect((await own.allInnerTexts()).map(plain)).toEqual([
      expect.stringMatching(/^0 priceOf .*src\/pricing\/price\.ts:41:27$/),
      expect.stringMatching(/^2 placeOrder .*src\/orders\/place-order\.ts:88:19$/),
    ])
    await page.getByText(/frames of libraries and the runtime/).click()
    await page.getByText('node_modules/express/lib/router/layer.js').first().waitFor()
    await page.getByText('As it was reported').click()
    await page.locator('.stack pre', { hasText: 'at Array.map' }).waitFor()
    expect(plain(await page.locator('.example').innerText())).toMatch(
      /request POST \/orders status 500 version 2\.15\.0 .* user customer 118/,
    )
    const story = page.getByRole('list', { name: 'What happened before it' }).getByRole('listitem')
    for (const text of ['coupon_applied', 'price list 118 has', 'price-list 118']) {
      await story.filter({ hasText: text }).first().waitFor()
    }
    const told = (await story.allInnerTexts()).map(plain)
    expect(told.at(-1)).toMatch(/^0 ms the error Cannot read/)
    expect(told.findLast((text) => text.includes('coupon_applied'))).toMatch(/^−50 ms .*same trace$/)
    expect(told.findLast((text) => text.includes('price list 118 has'))).toMatch(/^−20 ms log warn/)
    expect(told.find((text) => text.includes('price-list 118'))).toMatch(/^−6 s DeploySignal/)
    await page.locator('.chart canvas').waitFor()
    await page.getByRole('region', { name: 'Routes' }).getByText('/orders').waitFor()
    await page.getByRole('table', { name: 'Occurrences' }).getByText('customer 118').first().waitFor()
    await page.keyboard.press('t')
    await page.waitForURL(`**/ui/#/trace/${TRACE}`)
    hub.excuse(/status of 404/)
  })

  test('are resolved here or in a version, muted and opened again, and the list follows', async () => {
    const page = await openGroup('ENOSPC')
    await page.getByText('No stack came with it').waitFor()
    await page.getByRole('button', { name: 'Resolve' }).click()
    await page.locator('.about', { hasText: 'resolved since' }).waitFor()
    await page.keyboard.press('o')
    await page.locator('.about', { hasText: 'open since' }).waitFor()
    await page.getByLabel('Mute').selectOption('100')
    await page.locator('.about', { hasText: 'muted since' }).getByText('for 100 more').waitFor()
    const list = await hub.open('#/errors?state=muted')
    await expect.poll(() => types(list)).toEqual(['ENOSPC'])
    const other = await openGroup('TypeError')
    await other.getByLabel('Resolve in').selectOption('2.15.0')
    await other.locator('.about', { hasText: 'in 2.15.0' }).waitFor()
    await reach(other, 'live')
    await sendTrouble(hub.collector.url, Date.now(), '2.16.0')
    await other.locator('.about', { hasText: 'regressed since' }).waitFor()
  })
})

test('an error that nobody knows says so', async () => {
  const page = await hub.open('#/errors/0123456789abcdef')
  await page.getByText('there is no group of errors').waitFor()
  hub.excuse(/status of 404/)
})

test('hostile errors are text; axe finds nothing serious in either theme, nor a phone a second direction', async () => {
  await sendCorpus(hub.collector.url)
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 360],
  ] as const) {
    const list = await hub.open('#/errors', { colorScheme, width })
    await rows(list).nth(10).waitFor()
    const pages = [list, await openGroup(CORPUS[1]!, { colorScheme, width })]
    await pages[1]!.getByRole('table', { name: 'Occurrences' }).locator('tbody tr').first().waitFor()
    for (const page of [...pages, await openGroup('GatewayTimeout', { colorScheme, width })]) {
      await page.locator('.table').first().waitFor()
      expect(await page.evaluate('globalThis.pwned')).toBeUndefined()
      expect(await page.locator('main :is(script, img, iframe, style)').count()).toBe(0)
      expect(await overflow(page), page.url()).toBeLessThanOrEqual(0)
      expect(await seriousFindings(page), page.url()).toEqual([])
    }
  }
})
