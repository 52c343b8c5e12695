import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { dashboard, overflow, seriousFindings } from './browser.ts'
import { sendFleet } from './fleet.ts'
import { CORPUS, sendCorpus } from './hostile.ts'
import { sendEvents, sendSpans, type SentSpan } from './send.ts'

const hub = dashboard()
const LARGE = 'fade'.repeat(8)
const SPANS = 10_000
let failed: string

beforeAll(async () => {
  const { url } = hub.collector
  failed = (await sendFleet(url, Date.now(), 5)).failedTrace
  await sendSpans(url, largeTrace())
  await sendEvents(url, [
    {
      type: 'shop.order.placed',
      source: 'service-0',
      occurred_at: new Date().toISOString(),
      payload: { order: 7 },
      trace_id: LARGE,
      correlation_id: 'order 7/1',
    },
  ])
})

/** A root with a hundred batches, one after the other, and what each of them does. */
function largeTrace(): SentSpan[] {
  const start = Date.now() - 60_000
  const id = (index: number) => (index + 1).toString(16).padStart(16, '0')
  return Array.from({ length: SPANS }, (_, index) => {
    const batch = Math.ceil(index / 100) * 100
    const isBatch = index % 100 === 0
    const common = { service: `service-${index % 7}`, traceId: LARGE, spanId: id(index), kind: 1 }
    if (index === 0) return { ...common, name: 'import', start, durationMs: 10_000 }
    if (isBatch)
      return {
        ...common,
        parentSpanId: id(0),
        name: `batch ${index}`,
        start: start + index - 100,
        durationMs: 99,
      }
    return {
      ...common,
      parentSpanId: batch < SPANS ? id(batch) : id(0),
      name: `step ${index}`,
      start: start + index - 1,
      durationMs: 0.9,
      attributes: { 'step.number': index },
      ...(index === 7777 && { error: 'disk is full' }),
    }
  })
}

const rows = (page: Page) => page.locator('.waterfall .row')
const first = (page: Page) => rows(page).first().waitFor()

test('a failure is told in words, with the ways to its span, its service and its group', async () => {
  const page = await hub.open(`#/trace/${failed}`)
  const cause = page.locator('.cause')
  await cause.getByText('GatewayTimeout: card processor gave no answer').waitFor()
  const group = cause.getByRole('link', { name: /^error group, \d+ so far/ })
  expect(await group.getAttribute('href')).toMatch(/^#\/errors\/[0-9a-f]{16}$/)
  expect(await cause.getByRole('link', { name: 'payments' }).getAttribute('href')).toBe('#/service/payments')
  await cause.getByRole('button', { name: 'Show in the waterfall' }).click()
  await page.waitForURL(/show=failed/)
  const about = page.locator('.about-span')
  await about.getByText('card processor gave no answer').first().waitFor()
  await expect.poll(() => rows(page).count()).toBeLessThan(8)
  // A hub event and a log of the same id are one mark on the bar.
  await expect.poll(() => page.locator('.span.open .mark.is-event.is-bad').count()).toBe(1)
})

test('is searched, folded and zoomed by keys, and the address keeps it', async () => {
  const page = await hub.open(`#/trace/${failed}`)
  await first(page)
  const before = await rows(page).count()
  await rows(page).first().focus()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => rows(page).count()).toBe(1)
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => rows(page).count()).toBe(before)
  for (let step = 0; step < 4; step++) await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.locator('.about-span dt', { hasText: 'span id' }).waitFor()
  await page.keyboard.press('z')
  await page.waitForURL(/from=.*to=/)
  await page.keyboard.press('-')
  await page.keyboard.press('0')
  await page.waitForURL((url) => !url.hash.includes('from='))
  await page.keyboard.press('/')
  await page.keyboard.type('http.route=/charges')
  await page.waitForURL(/q=http/)
  await page.getByRole('status').filter({ hasText: /^1 of/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.reload()
  await page.getByRole('status').filter({ hasText: /^1 of/ }).waitFor()
  const map = (await page.locator('.minimap').boundingBox())!
  await page.mouse.move(map.x + map.width * 0.25, map.y + 10)
  await page.mouse.down()
  await page.mouse.move(map.x + map.width * 0.5, map.y + 12)
  await page.mouse.up()
  await page.waitForURL(/from=3\d.*to=7\d/)
  await page.getByRole('tab', { name: 'Everything by time' }).click()
  const moment = page.locator('.moment', { hasText: 'GatewayTimeout' })
  const kinds = async () => (await moment.first().locator('.kinds').innerText()).split(/\s+/)
  await expect.poll(kinds).toEqual(['event', 'log'])
  await page.locator('.moment', { hasText: 'span begins' }).first().waitFor()
  await page.getByRole('tab', { name: 'Where the time went' }).click()
  await page.getByRole('row', { name: /payments POST \/charges 1 1 .*ms .*ms .*%/ }).waitFor()
})

test(
  'of ten thousand spans only those in sight are in the page, and all are found',
  { timeout: 120_000 },
  async () => {
    const page = await hub.open(`#/trace/${LARGE}`)
    await first(page)
    await page.getByText('disk is full').waitFor()
    await expect.poll(() => rows(page).count()).toBeLessThan(90)
    expect(await rows(page).first().getAttribute('aria-setsize')).toBe(String(SPANS))
    const link = page.getByRole('link', { name: 'all of this correlation' })
    expect(await link.getAttribute('href')).toBe('#/correlation/order%207%2F1')
    await rows(page).first().focus()
    await page.keyboard.press('End')
    await page.locator(`.row[aria-posinset="${SPANS}"]`).waitFor()
    await expect.poll(() => rows(page).count()).toBeLessThan(90)
    await page.goto(`${hub.collector.url}/ui/#/trace/${LARGE}?q=step+7777&show=failed`)
    await page.getByRole('status').filter({ hasText: '1 of 10K' }).waitFor()
    await page.locator('.span.failed', { hasText: 'step 7777' }).waitFor()
    await expect.poll(() => rows(page).count()).toBe(3)
  },
)

test.each([
  ['light', 1280, ['?show=failed', '?tab=time']],
  ['dark', 360, ['?show=failed', '?tab=story']],
] as const)('in %s colours and %d px axe finds nothing serious', async (colorScheme, width, queries) => {
  for (const query of queries) {
    const page = await hub.open(`#/trace/${failed}${query}`, { width, colorScheme })
    await page.locator('.waterfall .row, .moment, .table tbody tr').first().waitFor()
    if (query === '?show=failed') await rows(page).last().click()
    expect(await overflow(page), query).toBeLessThanOrEqual(0)
    expect(await seriousFindings(page), query).toEqual([])
  }
})

test('hostile text is text', async () => {
  const id = await sendCorpus(hub.collector.url)
  for (const tab of ['waterfall', 'story']) {
    const page = await hub.open(`#/trace/${id}?tab=${tab}`)
    await page.locator('.waterfall .row, .moment, .table tbody tr').first().waitFor()
    if (tab === 'waterfall') await rows(page).first().click()
    await page.getByText(CORPUS[0]!).first().waitFor({ state: 'attached' })
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined()
    expect(
      await page.locator('main :is(script, img, iframe, object, style, a:not([href^="#/"]))').count(),
    ).toBe(0)
    expect(await overflow(page), tab).toBeLessThanOrEqual(0)
  }
})
