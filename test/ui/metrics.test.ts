import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { dashboard, overflow, seriousFindings } from './browser.ts'
import { CORPUS, sendCorpus } from './hostile.ts'
import { EXEMPLAR_TRACE, sendMeasures } from './measures.ts'
import { sendTrouble } from './trouble.ts'

const hub = dashboard()

const picker = (page: Page) => page.getByRole('navigation', { name: 'Metrics' })
const chart = (page: Page, title: string) => page.getByRole('img', { name: new RegExp(`^${title} of `) })
/** What the legend says of a chart: names of its lines, with their newest values. */
const legend = async (page: Page, title: string) => {
  const lines = chart(page, title).locator('.u-legend tr:not(:first-child)')
  await lines.first().waitFor()
  const [names, values] = [lines.locator('.u-label'), lines.locator('.u-value')]
  const told = [await names.allTextContents(), await values.allTextContents()] as const
  return told[0].map((name, index) => `${name}: ${told[1][index]}`)
}

// The first test of this file sees the collector while it is empty.
test('without metrics the page says what would send them', async () => {
  const page = await hub.open('#/metrics')
  await page.getByText(`HUB_API_URL=${hub.collector.url} npx hubline metric orders_open 12`).waitFor()
})

describe('metrics', () => {
  beforeAll(async () => {
    await sendMeasures(hub.collector.url, Date.now())
    await sendTrouble(hub.collector.url, Date.now())
  })

  test('of each type are drawn as suits them, in their unit, also those that events tell', async () => {
    const page = await hub.open('#/metrics?name=http.server.request.duration')
    await expect
      .poll(() => legend(page, 'Quantiles'))
      .toEqual([
        expect.stringMatching(/^p99: .*\d m?s$/),
        expect.stringMatching(/^p95: .*\d m?s$/),
        expect.stringMatching(/^p50: .*\d m?s$/),
      ])
    await expect.poll(() => legend(page, 'Rate')).toEqual([expect.stringMatching(/^a second: [\d.]+\/s$/)])
    await page.getByRole('img', { name: /^How values are spread over time, in \d+ ranges/ }).waitFor()
    const isPainted = `document.querySelector('.heatmap canvas').getContext('2d').getImageData(0, 0, 400, 10).data.some(Boolean)`
    await expect.poll(() => page.evaluate(isPainted)).toBe(true)
    for (const [name, title, told] of [
      ['orders.placed', 'Rate', /^a second: 4\/s$/],
      ['queue.depth', 'Value', /^value: 2\d(\.\d+)?$/],
      ['process.memory.usage', 'Value', /^value: \d+ MB$/],
      ['db.client.wait', 'Quantiles', /^p99: [\d.]+ ms$/],
      ['rpc.latency', 'Quantiles', /^p99: 30 ms$/],
      ['invoices_open', 'Value', /^value: 1\d\d(\.\d+)? invoices$/],
    ] as const) {
      await picker(page)
        .getByRole('link', { name: new RegExp(`^${name}`) })
        .click()
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
      expect((await legend(page, title))[0], name).toMatch(told)
    }
  })

  test('are searched, grouped and narrowed by labels in the address, and lead to traces', async () => {
    const page = await hub.open('#/metrics')
    await picker(page).getByRole('link').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('ORDERS.')
    await expect.poll(() => picker(page).getByRole('link').count()).toBe(1)
    await page.keyboard.press('Enter')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/name=orders\.placed/)
    await page.getByLabel('Group by').selectOption('channel')
    await expect.poll(() => legend(page, 'Rate')).toEqual(['app: 3/s', 'web: 1/s'])
    await page.getByLabel('channel', { exact: true }).selectOption('web')
    await page.waitForURL(/label=channel%3Dweb/)
    await expect.poll(() => legend(page, 'Rate')).toEqual([expect.stringContaining('1/s')])

    const other = await hub.open('#/metrics?name=http.server.request.duration&by=http.route&range=6h')
    await expect
      .poll(async () => (await legend(other, 'p95')).map((each) => each.split(':')[0]))
      .toEqual(['/carts/', '/orders'])
    await expect.poll(() => other.getByLabel('Over', { exact: true }).inputValue()).toBe('6h')
    await other.getByRole('table', { name: 'Measurements with a trace' }).getByText('310 ms').waitFor()
    await other.getByRole('link', { name: 'Trace of 310 ms' }).click()
    await other.waitForURL(new RegExp(`#/trace/${EXEMPLAR_TRACE}`))
    await other.getByText('Nothing is known of the trace').waitFor()
    hub.excuse(/status of 404/)
  })
})

test('hostile metrics are text; axe finds nothing serious in either theme, nor a phone a second direction', async () => {
  await sendCorpus(hub.collector.url)
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 360],
  ] as const) {
    for (const name of ['http.server.request.duration', CORPUS[1]!]) {
      const page = await hub.open(`#/metrics?name=${encodeURIComponent(name)}`, { colorScheme, width })
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
      await page.locator('.chart canvas').first().waitFor()
      expect(await page.evaluate('globalThis.pwned')).toBeUndefined()
      expect(await page.locator('main :is(script, img, iframe, style)').count()).toBe(0)
      expect(await overflow(page), name).toBeLessThanOrEqual(0)
      expect(await seriousFindings(page), name).toEqual([])
    }
  }
})
