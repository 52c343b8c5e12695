import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { dashboard, overflow, reach, seriousFindings } from './browser.ts'
import { sendFleet } from './fleet.ts'
import { sendEvents } from './send.ts'

const hub = dashboard()

beforeAll(() => sendFleet(hub.collector.url, Date.now(), 300))

const rows = (page: Page) => page.getByRole('table', { name: 'Services' }).locator('tbody tr')
const names = (page: Page) => rows(page).locator('.who a').allTextContents()

describe('the services', () => {
  test('are told in a sentence, and in rows with those in trouble first', async () => {
    const page = await hub.open()
    const headline = page.getByRole('heading', { level: 1 })
    await headline.getByText(/crashed 6 min ago/).waitFor()
    await expect
      .poll(() => headline.innerText())
      .toMatch(
        /^recommender crashed 6 min ago\s*mailer has been silent for 19 min\s*search is late, last heard of 7 min ago/,
      )
    expect((await names(page)).slice(0, 3)).toEqual(['recommender', 'mailer', 'search'])
    const told = async (name: string) =>
      (await rows(page).filter({ hasText: name }).innerText()).replaceAll(/\s+/g, ' ')
    await expect.poll(() => told('storefront')).toMatch(/3\.8\.1 · production up for .* 3 of 3 38 min ago/)
    await expect.poll(() => told('recommender')).toContain('it ended without a goodbye')
    await expect.poll(() => told('invoice-export')).toMatch(/stopped for 32 min it said goodbye/)
    await expect.poll(() => told('edge')).toContain('traffic, but it never sent a heartbeat')
    const storefront = rows(page).filter({ hasText: 'storefront' })
    expect(
      await storefront
        .getByRole('img')
        .evaluateAll((all: { ariaLabel: string | null }[]) => all.map((each) => each.ariaLabel)),
    ).toEqual([
      expect.stringContaining('up in the last 24 hours'),
      expect.stringMatching(/^Requests over time, \d+ in all$/),
      expect.stringMatching(/^Failed requests over time, \d+ in all$/),
      expect.stringMatching(/^Durations over time: p50 .* ms, p95 .* ms, p99 .* ms$/),
    ])
    // The stop of the version before, and the deploy.
    await expect.poll(() => storefront.locator('.spark .mark.accent').count()).toBe(1)
  })

  test('are filtered, sorted and searched by the address, and opened by keys', async () => {
    const page = await hub.open('#/?state=up&sort=name&window=6h')
    await rows(page).first().waitFor()
    await expect.poll(() => names(page)).toEqual(['checkout', 'inventory', 'payments', 'storefront'])
    await expect.poll(() => page.getByRole('combobox', { name: 'Over' }).inputValue()).toBe('6h')
    await page.getByRole('button', { name: '4 up' }).click()
    await page.waitForURL('**/ui/#/?sort=name&window=6h')
    await expect.poll(() => rows(page).count()).toBe(9)
    await page.getByRole('button', { name: 'Requests' }).click()
    await page.waitForURL('**/ui/#/?sort=rate&window=6h')
    await expect.poll(async () => (await names(page))[0]).toBe('storefront')
    await page.keyboard.press('/')
    await page.keyboard.type('PAY')
    await expect.poll(() => names(page)).toEqual(['payments'])
    await page.keyboard.press('Enter')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/ui/#/service/payments')
  })

  test('change on the page as they change', async () => {
    const page = await hub.open('#/?q=newcomer')
    await page.getByText('No service is like that').waitFor()
    await reach(page, 'live')
    const say = (state: string) =>
      sendEvents(hub.collector.url, [
        {
          type: 'LifecycleChanged',
          source: 'newcomer',
          occurred_at: new Date().toISOString(),
          payload: { state },
        },
      ])
    await say('ready')
    await rows(page).filter({ hasText: 'newcomer' }).getByText('up', { exact: true }).waitFor()
    await say('stopped')
    await rows(page).filter({ hasText: 'newcomer' }).getByText('stopped', { exact: true }).waitFor()
  })
})

test('a service has a page with charts, instances, errors, traces and what became of it', async () => {
  const page = await hub.open('#/service/payments')
  const charts = page.locator('.chart canvas')
  await charts.nth(1).waitFor()
  const isDrawn = `[...document.querySelectorAll('.chart canvas')].map((canvas) =>
    canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))`
  await expect.poll(() => page.evaluate(isDrawn)).toEqual([true, true])
  // Lifecycles tell of one deploy; a pipeline tells of another, which is a mark as soon as it comes.
  await page.getByRole('img', { name: /^Durations over time.*, 1\.9\.3 ×2 / }).waitFor()
  await reach(page, 'live')
  await sendEvents(hub.collector.url, [
    {
      type: 'DeploySignal',
      source: 'payments',
      occurred_at: new Date(Date.now() - 60_000).toISOString(),
      payload: { version: 'price list 118' },
    },
  ])
  await page.getByRole('img', { name: /^Requests and.*, price list 118 \d/ }).waitFor()
  const instances = page.getByRole('table', { name: 'Instances' })
  await instances.getByRole('row', { name: /payments-1 up .*1\.9\.3/ }).waitFor()
  await instances.getByRole('row', { name: /payments-old-2 stopped .*1\.9\.2/ }).waitFor()
  await page.getByRole('link', { name: /GatewayTimeout card processor gave no answer/ }).waitFor()
  await page.locator('.changes li', { hasText: 'it said goodbye' }).first().waitFor()
  await page.getByRole('link', { name: 'POST /checkout' }).first().click()
  await page.locator('.waterfall .row').first().waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'live events' }).click()
  await page.waitForURL('**/ui/#/live?source=payments')
})

test('what cannot be read is asked for again, and an error is told in the words of the collector', async () => {
  const page = await hub.open('#/live')
  await reach(page, 'live')
  await page.route('**/api/v1/fleet*', (route) => route.abort())
  await page.getByRole('link', { name: 'Services' }).click()
  await reach(page, 'lost')
  await page.unroute('**/api/v1/fleet*')
  await rows(page).first().waitFor()
  await reach(page, 'live')
  const body = JSON.stringify({ error: 'storage_error', message: 'the disk is full' })
  await page.route('**/api/v1/fleet*', (route) =>
    route.fulfill({ status: 500, contentType: 'application/json', body }),
  )
  const problem = page.getByRole('alert')
  await problem.getByText('the disk is full').waitFor()
  // What was read before stays.
  await expect.poll(() => rows(page).count()).toBeGreaterThan(8)
  await page.unroute('**/api/v1/fleet*')
  await problem.getByRole('button', { name: 'Try again' }).click()
  await problem.waitFor({ state: 'detached' })
  hub.excuse(/net::ERR_FAILED|status of 500/)
})

test('a service that nobody knows says how it would be named', async () => {
  const page = await hub.open('#/service/nobody')
  await page.getByText('OTEL_SERVICE_NAME=nobody').waitFor()
})

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)('in %s colours and %d px axe finds nothing serious', async (colorScheme, width) => {
  for (const [route, sign] of [
    ['', '.table'],
    ['#/service/payments', '.chart canvas'],
  ] as const) {
    const page = await hub.open(route, { width, colorScheme })
    await page.locator(sign).first().waitFor()
    expect(await overflow(page), route).toBeLessThanOrEqual(0)
    expect(await seriousFindings(page), route).toEqual([])
  }
})
