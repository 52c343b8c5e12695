import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { attributesIn } from '../../collector/dashboard/src/pages/traces/filters.ts'
import { dashboard, overflow, seriousFindings } from './browser.ts'
import { sendFleet } from './fleet.ts'
import { CORPUS, sendCorpus } from './hostile.ts'

const hub = dashboard()

beforeAll(() => sendFleet(hub.collector.url, Date.now(), 300))

const rows = (page: Page) => page.getByRole('table', { name: 'Traces' }).locator('tbody tr')

test('are narrowed by service, operation, status and attribute, all in the address', async () => {
  const page = await hub.open('#/traces')
  await expect.poll(() => rows(page).count()).toBe(50)
  await page.getByRole('button', { name: 'Search further' }).click()
  await expect.poll(() => rows(page).count()).toBe(100)
  await page.getByRole('combobox', { name: 'Service' }).selectOption('payments')
  await page.getByRole('combobox', { name: 'Operation' }).selectOption('POST /charges')
  await page.getByRole('combobox', { name: 'Status' }).selectOption('error')
  await page.waitForURL(/service=payments&operation=POST.*status=error/)
  await expect.poll(() => rows(page).count()).toBeLessThan(30)
  const told = (await rows(page).first().innerText()).replaceAll(/\s+/g, ' ')
  expect(told).toMatch(/edge POST \/checkout .* ms 3 8 5 services/)
  await page.reload()
  await page.getByRole('heading', { name: 'Durations' }).waitFor()
  await page.getByText(/100% failed/).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('http.route:/nowhere')
  await page.getByText('No trace is like that').waitFor()
  await page.goto(`${hub.collector.url}/ui/#/traces?attr=nonsense`)
  await page.getByRole('alert').first().getByText(/attr/).waitFor()
  hub.excuse(/status of 400/)
})

test('are selected in the picture of durations, by pointer and by keys', async () => {
  const page = await hub.open('#/traces?sort=longest')
  const cells = page.getByRole('group', { name: /^Spans by time and duration/ })
  await cells.locator('rect').first().waitFor()
  const box = (await cells.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.5, box.y + 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width - 3, box.y + 15)
  await page
    .getByRole('status')
    .filter({ hasText: /\d+ spans?$/ })
    .waitFor()
  await page.mouse.up()
  await page.waitForURL(/since=.*until=.*min=\d.*max=\d/)
  await page.getByRole('button', { name: 'any duration' }).click()
  await page.getByRole('button', { name: 'up to now' }).click()
  await page.waitForURL((url) => !/since=|min=/.test(url.hash))
  await cells.focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Shift+ArrowUp')
  await page.keyboard.press('Shift+ArrowLeft')
  await page
    .getByRole('status')
    .filter({ hasText: /: \d+ spans?$/ })
    .waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/since=.*max=/)
  await page.goBack()
  await rows(page).first().waitFor()
  await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' })
  await page.evaluate('document.activeElement.blur()')
  // The list is shown anew once what is no longer narrowed was read, and with it the row that has the focus.
  await expect
    .poll(async () => {
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      return page.url()
    })
    .toMatch(/#\/trace\/[0-9a-f]{32}/)
})

test('attributes are written with a colon or an equals sign, and quotes keep spaces', () => {
  expect(attributesIn('')).toBeUndefined()
  expect(attributesIn('a:1  b=2 c="x y" "k8s.pod:name"=web d:e=f')).toEqual([
    'a:1',
    'b:2',
    'c:"x y"',
    '"k8s.pod:name":web',
    'd:e=f',
  ])
})

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)('in %s colours and %d px axe finds nothing serious', async (colorScheme, width) => {
  const page = await hub.open('#/traces', { width, colorScheme })
  await rows(page).first().waitFor()
  await page.locator('.cells rect').first().waitFor()
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  expect(await seriousFindings(page)).toEqual([])
})

test('hostile text is text', async () => {
  await sendCorpus(hub.collector.url)
  const page = await hub.open(`#/traces?service=${encodeURIComponent(CORPUS[0]!)}`)
  await rows(page).first().getByText(CORPUS[0]!).first().waitFor()
  expect(await page.evaluate('globalThis.pwned')).toBeUndefined()
  expect(
    await page.locator('main :is(script, img, iframe, object, style, a:not([href^="#/"]))').count(),
  ).toBe(0)
  expect(await overflow(page)).toBeLessThanOrEqual(0)
})
