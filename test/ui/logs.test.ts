import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { dashboard, overflow, reach, seriousFindings } from './browser.ts'
import { CORPUS, sendCorpus } from './hostile.ts'
import { sendLogs, type SentLog } from './send.ts'

const hub = dashboard()
const TRACE = '10a5'.padEnd(32, '7')

const rows = (page: Page) => page.getByRole('list', { name: 'Log records' }).getByRole('listitem')
const said = (page: Page) => page.locator('.log .said').allTextContents()

function log(before: number, body: string, more: Partial<SentLog> = {}): SentLog {
  const common = { service: 'checkout', traceId: TRACE, spanId: 'a'.repeat(16), severityNumber: 9 }
  return { ...common, at: Date.now() - before, body, instance: 'checkout-1', ...more }
}
const send = (...logs: SentLog[]) => sendLogs(hub.collector.url, logs)

// The first test of this file sees the collector while it is empty.
test('without records the page says what would send them; followed, it fills by itself', async () => {
  const page = await hub.open('#/logs')
  await page.getByText(`HUB_API_URL=${hub.collector.url}`, { exact: true }).waitFor()
  await reach(page, 'live')
  // What the page's own stream asks for can be seen, unlike what a shared worker asks for.
  await page.addInitScript('delete globalThis.SharedWorker')
  await page.reload()
  await reach(page, 'live')
  const stream = page.waitForRequest(/api\/v1\/live\?.*signal%3Dlogs/)
  await page.keyboard.press('f')
  await page.waitForURL('**/ui/#/logs?follow=1')
  await stream
  await send(log(50, 'first of all'))
  await rows(page).getByText('first of all').waitFor()
  await send(log(40, 'the next one'))
  await rows(page).getByText('the next one').waitFor()
  await expect.poll(() => said(page)).toEqual(['the next one', 'first of all'])
})

describe('records', () => {
  test('are searched and narrowed by what they are of, in the address and by keys', async () => {
    const pays = { service: 'payments', instance: 'payments-1', severityNumber: 17 }
    await send(
      log(9000, 'order received', { attributes: { 'order.id': 'A-1' } }),
      log(8000, 'connection refused by the card network', { ...pays, eventName: 'card.refused' }),
      log(7000, 'retry in 200 ms', { ...pays, severityNumber: 13 }),
      log(6000, 'order placed', { attributes: { 'order.id': 'A-1', 'customer.tier': 'gold' } }),
    )
    const page = await hub.open('#/logs?range=15m')
    await expect.poll(() => rows(page).count()).toBe(6)
    await page.getByRole('group', { name: /^6 records over time/ }).waitFor()
    await page.getByRole('checkbox', { name: /error/ }).check()
    await expect.poll(() => said(page)).toEqual(['connection refused by the card network'])
    await page.getByRole('checkbox', { name: /warn/ }).check()
    await page.waitForURL(/severity=error%2Cwarn/)
    await expect.poll(() => rows(page).count()).toBe(2)
    await page.goBack()
    await page.goBack()
    await page.keyboard.press('/')
    await page.keyboard.type('"card network" refu*')
    await expect.poll(() => said(page)).toEqual(['connection refused by the card network'])
    await page.getByLabel('Search body').fill('')
    await page.getByRole('checkbox', { name: /^payments/ }).check()
    await page.waitForURL(/service=payments/)
    await expect.poll(() => rows(page).count()).toBe(2)
    await page.getByRole('checkbox', { name: /^payments/ }).uncheck()
    await page.getByLabel('Count the values of an attribute').fill('order.id')
    await page.getByRole('checkbox', { name: /^A-1/ }).check()
    await expect.poll(() => said(page)).toEqual(['order placed', 'order received'])
    await page.getByRole('button', { name: 'order.id:"A-1"' }).click()
    await expect.poll(() => rows(page).count()).toBe(6)
  })

  test('open to all that they say, with what their instance told around them', async () => {
    const page = await hub.open('#/logs')
    await rows(page).first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/record=/)
    const sheet = page.getByRole('complementary', { name: 'Log record' })
    await sheet.locator('pre', { hasText: 'order placed' }).waitFor()
    const around = sheet.getByRole('list', { name: 'Around it' }).getByRole('listitem')
    await around.nth(3).waitFor()
    const told = (await around.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))
    expect(told.map((text) => text.replace(/^\S+ m?s /, ''))).toEqual([
      'order received',
      'order placed',
      'first of all',
      'the next one',
    ])
    expect(told[0]).toMatch(/^−3(\.\d+)? s /)
    await expect.poll(() => around.nth(1).getAttribute('aria-current')).toBe('true')
    await around.nth(0).getByRole('button').click()
    await sheet.locator('pre', { hasText: 'order received' }).waitFor()
    expect(await sheet.getByRole('link', { name: TRACE }).getAttribute('href')).toContain(`#/trace/${TRACE}`)
    await sheet.getByRole('button', { name: 'A-1' }).click()
    await page.waitForURL(/attr=order\.id/)
    await expect.poll(() => rows(page).count()).toBe(2)
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
  })

  test('are chosen by a stretch of the histogram, and only those in sight are in the page', async () => {
    const many = Array.from({ length: 700 }, (_, index) => log(1_200_000 - index * 500, `number ${index}`))
    await send(...many)
    const page = await hub.open('#/logs?service=checkout&q=number')
    await page.getByText('number 699').waitFor()
    await expect.poll(() => rows(page).count()).toBeLessThan(80)
    await page.evaluate("document.querySelector('.virtual').scrollTop = 1e6")
    await page.getByText('number 495').waitFor()
    const bars = (await page.locator('.histogram .bars').boundingBox())!
    await page.mouse.move(bars.x + bars.width * 0.1, bars.y + 30)
    await page.mouse.down()
    await page.mouse.move(bars.x + bars.width * 0.3, bars.y + 30)
    await page.mouse.up()
    await page.waitForURL(/since=.*until=/)
    await page.getByText('No record is like that').waitFor()
    await page.getByLabel('Over', { exact: true }).selectOption('6h')
    await page.getByText('number 699').waitFor()
    await page.getByRole('group', { name: /^700 records over time/ }).focus()
    for (const key of ['ArrowLeft', 'ArrowLeft', 'Shift+ArrowLeft', 'Enter']) await page.keyboard.press(key)
    await page.waitForURL(/since=.*until=/)
    const [since, until] = ['since', 'until'].map((name) => {
      return Date.parse(new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get(name)!)
    })
    // Two steps of the histogram, before the last one.
    expect((until! - since!) % 60_000).toBe(0)
    expect(until!).toBeLessThan(Date.now())
  })
})

test('hostile records are text; axe finds nothing serious in either theme, nor a phone a second direction', async () => {
  await sendCorpus(hub.collector.url)
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 360],
  ] as const) {
    const page = await hub.open('#/logs?min=1', { colorScheme, width })
    await rows(page).nth(5).waitFor()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    expect(await seriousFindings(page)).toEqual([])
    await rows(page).filter({ hasText: CORPUS[1]! }).first().click()
    await page.locator('.sheet pre', { hasText: CORPUS[1]! }).waitFor()
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined()
    expect(await page.locator('main :is(script, img, iframe, style)').count()).toBe(0)
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    expect(await seriousFindings(page)).toEqual([])
  }
})
