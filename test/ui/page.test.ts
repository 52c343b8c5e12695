import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector, type Collector, type CollectorOptions } from '@hubline/collector'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { sendFleet } from './fleet.ts'
import { CORPUS, sendCorpus } from './hostile.ts'
import { sendEvents } from './send.ts'

let browser: Browser
let data: string
let collector: Collector
let complaints: string[]
const opened: Page[] = []

beforeAll(async () => {
  browser = await launchChromium()
}, 180_000)

afterAll(() => browser?.close())

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hubline-ui-'))
  complaints = []
  collector = await start()
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((page) => page.close()))
  await collector.close()
  await rm(data, { recursive: true, force: true })
})

function start(options: CollectorOptions = {}): Promise<Collector> {
  return startCollector({ port: 0, data, ...options })
}

/** Opens the page; whatever the browser complains about is kept in `complaints`. */
async function open(hash = '', { width = 1280, url = `${collector.url}/ui/${hash}` } = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 } })
  opened.push(page)
  page.setDefaultTimeout(10_000)
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${collector.url}/`)) complaints.push(`asked ${request.url()}`)
  })
  await page.goto(url)
  return page
}

function reach(page: Page, state: string): Promise<void> {
  return page.locator(`[data-link=${state}]`).waitFor()
}

/** Pixels that the page is wider than its window; negative where room is kept for a scroll bar. */
const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

describe('an empty collector', () => {
  test('shows the lines to copy, with its own address', async () => {
    const page = await open()
    await page.getByText('app.use(hubline())', { exact: true }).waitFor()
    await page.getByText(`HUB_API_URL=${collector.url}`, { exact: true }).waitFor()
    await page.getByText('No events yet').waitFor()
    await page.getByText('No traces yet').waitFor()
    expect(complaints).toEqual([])
  })

  test('fills by itself when the first event comes', async () => {
    const page = await open()
    await reach(page, 'live')
    await sendEvents(collector.url, [order('first')])
    await page.locator('.event', { hasText: 'first' }).waitFor()
    await page.locator('.services', { hasText: 'shop' }).waitFor()
    expect(complaints).toEqual([])
  })
})

describe('services', () => {
  test('stand in a table with their states as words', async () => {
    await sendFleet(collector.url, Date.now(), 5)
    const page = await open()
    const states = { storefront: 'up', search: 'late', mailer: 'silent', 'invoice-export': 'stopped' }
    for (const [name, state] of Object.entries({ ...states, recommender: 'crashed', edge: 'unknown' })) {
      await page.getByRole('row', { name: new RegExp(`^${name} ${state}`) }).waitFor()
    }
    const storefront = page.getByRole('row', { name: /^storefront/ })
    expect(await storefront.getByRole('cell').allTextContents()).toEqual(
      expect.arrayContaining(['3.8.1', 'production', '3 of 3']),
    )
    expect(complaints).toEqual([])
  })

  test('open to their instances and their own events, by keyboard and by address', async () => {
    await sendFleet(collector.url, Date.now(), 5)
    const page = await open()
    await page.getByRole('link', { name: 'payments', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/ui/#/service/payments')
    await page.getByRole('row', { name: /^payments-2 up/ }).waitFor()
    await page.locator('.event', { hasText: 'charge_amount' }).first().waitFor()
    expect(await page.locator('.event').filter({ hasNotText: 'payments' }).count()).toBe(0)
    await page.reload()
    await page.getByRole('row', { name: /^payments-2 up/ }).waitFor()
    expect(complaints).toEqual([])
  })
})

describe('live events', () => {
  test('appear once each, newest on top, without a gap after the stored ones', async () => {
    await sendEvents(
      collector.url,
      [1, 2, 3].map((number) => order(`stored-${number}`)),
    )
    const page = await open()
    await reach(page, 'live')
    for (const number of [1, 2, 3]) await sendEvents(collector.url, [order(`live-${number}`)])
    await page.locator('.event', { hasText: 'live-3' }).waitFor()
    const said = await page.locator('.event .said').allTextContents()
    expect(said).toEqual(['live-3', 'live-2', 'live-1', 'stored-3', 'stored-2', 'stored-1'])
    expect(complaints).toEqual([])
  })

  test('wait while paused', async () => {
    const page = await open()
    await reach(page, 'live')
    await page.getByRole('button', { name: 'Pause' }).click()
    await sendEvents(collector.url, [order('held')])
    await page.getByText('1 waiting').waitFor()
    expect(await page.locator('.event').count()).toBe(0)
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.locator('.event', { hasText: 'held' }).waitFor()
  })

  test('stay 300 at most', async () => {
    const page = await open()
    await reach(page, 'live')
    await sendEvents(
      collector.url,
      Array.from({ length: 700 }, (_, number) => order(`order-${number}`)),
    )
    await page.locator('.event', { hasText: 'order-699' }).waitFor()
    expect(await page.locator('.event').count()).toBe(300)
  })

  test('go on after the collector was away, and say so meanwhile', { timeout: 40_000 }, async () => {
    const page = await open()
    await reach(page, 'live')
    const { port } = collector
    await collector.close()
    await page.getByText('the collector cannot be reached, trying again').waitFor()
    collector = await start({ port })
    await sendEvents(collector.url, [order('afterwards')])
    await page.locator('.event', { hasText: 'afterwards' }).waitFor()
    await reach(page, 'live')
  })
})

describe('a trace', () => {
  test('shows the spans of all services with what was said meanwhile', async () => {
    const { failedTrace } = await sendFleet(collector.url, Date.now(), 5)
    const page = await open(`#/trace/${failedTrace}`)
    const rows = page.locator('.waterfall summary')
    await rows.nth(7).waitFor()
    const what = (await rows.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))
    expect(what[0]).toMatch(/^edge POST \/checkout 144 ms/)
    expect(what.find((text) => text.startsWith('payments POST /charges'))).toMatch(/error 88.2 ms$/)
    const error = page.locator('.moment', { hasText: 'GatewayTimeout' })
    expect((await error.locator('.kinds').innerText()).split(/\s+/)).toEqual(['event', 'log'])
    expect(complaints).toEqual([])
  })

  test('is reached from an event and from the list, and opens its spans by keyboard', async () => {
    const { orderTrace } = await sendFleet(collector.url, Date.now(), 5)
    const page = await open()
    await page.locator(`.feed a[href="#/trace/${orderTrace}"]`).first().click()
    await page.getByRole('heading', { level: 1, name: 'POST /checkout' }).waitFor()
    await page.locator('.waterfall summary').first().focus()
    await page.keyboard.press('Enter')
    await page.locator('.waterfall dt', { hasText: 'span id' }).waitFor()
    await page.goBack()
    await page.locator('.traces a').first().click()
    await page.waitForURL('**/ui/#/trace/*')
    expect(complaints).toEqual([])
  })

  test('that nobody knows says so', async () => {
    const page = await open(`#/trace/${'ab'.repeat(16)}`)
    await page.getByText('Nothing is known of the trace').waitFor()
  })
})

test('whatever comes from the network is shown as text', { timeout: 40_000 }, async () => {
  const traceId = await sendCorpus(collector.url)
  const routes = [
    '',
    `#/trace/${traceId}`,
    ...CORPUS.slice(0, 3).map((text) => `#/service/${encodeURIComponent(text)}`),
  ]
  for (const route of routes) {
    const page = await open(route)
    await page
      .locator(route.includes('trace') ? '.waterfall summary' : '.event')
      .first()
      .waitFor()
    await page.locator('.traces a').first().waitFor()
    for (const summary of await page.locator('.waterfall summary').all()) await summary.click()
    for (const text of CORPUS.slice(0, route === '' ? undefined : 1)) {
      await page.getByText(text, { exact: false }).first().waitFor({ state: 'attached' })
    }
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined()
    expect(
      await page.locator('main :is(script, img, iframe, object, embed, style, a:not([href^="#/"]))').count(),
    ).toBe(0)
    expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0)
  }
  expect(complaints).toEqual([])
})

test('a phone of 360 px scrolls in one direction alone', async () => {
  const { failedTrace } = await sendFleet(collector.url, Date.now(), 20)
  for (const [route, wanted] of [
    ['', '.event'],
    ['#/service/payments', '.instance'],
    [`#/trace/${failedTrace}`, '.waterfall summary'],
  ] as const) {
    const page = await open(route, { width: 360 })
    await page.locator(wanted).first().waitFor()
    await page.locator('.traces a').first().waitFor()
    expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0)
  }
  expect(complaints).toEqual([])
})

describe('a collector with tokens', () => {
  const tokens = 'ingest:*:send-only,read:*:look-only'

  test('lets the printed address in', async () => {
    await collector.close()
    collector = await start({ tokens })
    const page = await open('', { url: collector.dashboardUrl })
    await reach(page, 'live')
    expect(complaints).toEqual([])
  })

  test('asks others for a token that may read', async () => {
    await collector.close()
    collector = await start({ tokens })
    const page = await open()
    await page.getByLabel('This collector asks for a token').fill('send-only')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('this needs the scope "read"').waitFor()
    await page.getByLabel('This collector asks for a token').fill('look-only')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await reach(page, 'live')
  })
})

function order(action: string): Parameters<typeof sendEvents>[1][number] {
  return {
    type: 'InteractionDetected',
    source: 'shop',
    occurred_at: new Date().toISOString(),
    payload: { action },
  }
}
