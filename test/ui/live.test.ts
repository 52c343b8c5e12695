import { expect, test } from 'vitest'
import { dashboard, reach } from './browser.ts'
import { sendEvents, type SentEvent } from './send.ts'

const hub = dashboard({ validate: 'warn' })

function happened(type: string, payload: Record<string, unknown>, more: Partial<SentEvent> = {}): SentEvent {
  return { type, source: 'shop', occurred_at: new Date().toISOString(), payload, ...more }
}
const action = (name: string, more: Partial<SentEvent> = {}) =>
  happened('InteractionDetected', { action: name }, more)

test('events appear once each, newest on top, without a gap after the stored ones, and open to all they say', async () => {
  await sendEvents(
    hub.collector.url,
    [1, 2, 3].map((number) => action(`stored-${number}`)),
  )
  const page = await hub.open('#/live')
  await page.locator('.event', { hasText: 'stored-1' }).waitFor()
  await reach(page, 'live')
  for (const number of [1, 2, 3]) await sendEvents(hub.collector.url, [action(`live-${number}`)])
  await page.locator('.event', { hasText: 'live-3' }).waitFor()
  await expect
    .poll(() => page.locator('.event .said').allTextContents())
    .toEqual(['live-3', 'live-2', 'live-1', 'stored-3', 'stored-2', 'stored-1'])

  const trace = 'ab'.repeat(16)
  await sendEvents(hub.collector.url, [
    action('traced', { trace_id: trace, correlation_id: 'order 1/2', priority: 'high', tags: ['vip'] }),
  ])
  const row = page.locator('.event', { hasText: 'traced' })
  await row.waitFor()
  expect(await row.getByRole('link', { name: 'trace' }).getAttribute('href')).toBe(`#/trace/${trace}`)
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await row.locator('.details', { hasText: 'vip' }).waitFor()
  await row.getByRole('link', { name: 'order 1/2' }).click()
  await page.waitForURL('**/ui/#/correlation/order%201%2F2')
  await page.goto(`${hub.collector.url}/ui/#/live?correlation_id=order+1%2F2`)
  await page.locator('.event .said', { hasText: 'traced' }).waitFor()
  await expect.poll(() => page.locator('.event').count()).toBe(1)
  await page.getByRole('button', { name: 'correlation_id order 1/2' }).click()
  await page.locator('.event', { hasText: 'stored-1' }).waitFor()
})

test('paused, events wait and are counted; filters are in the address and hold for what comes', async () => {
  const page = await hub.open('#/live?source=shop&min_severity=error')
  await page.getByText('No such events yet').waitFor()
  await expect.poll(() => page.getByLabel('Service').inputValue()).toBe('shop')
  await reach(page, 'live')
  const failed = (message: string, source = 'shop') => happened('ErrorReported', { message }, { source })
  await sendEvents(hub.collector.url, [action('fine'), failed('elsewhere', 'other'), failed('broken')])
  await page.locator('.event', { hasText: 'broken' }).waitFor()
  await expect.poll(() => page.locator('.event').count()).toBe(1)
  await page.keyboard.press('p')
  await sendEvents(hub.collector.url, [failed('held-1'), failed('held-2')])
  await page.getByText('2 waiting').waitFor()
  await expect.poll(() => page.locator('.event').count()).toBe(1)
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.locator('.event', { hasText: 'held-2' }).waitFor()
  await page.getByLabel('Severity').selectOption('')
  await page.waitForURL('**/ui/#/live?source=shop')
  await page.locator('.event', { hasText: 'fine' }).waitFor()
  await page.goBack()
  await page.locator('.event', { hasText: 'fine' }).waitFor({ state: 'detached' })
})

test('a filter that cannot be is told, and takes the stream from nobody', async () => {
  const context = await hub.browser.newContext()
  const fine = await hub.open('#/live?source=shop', { context })
  const wrong = await hub.open('#/live?trace_id=none', { context })
  await wrong.getByText('trace_id is "none"; it must be 32 hex digits').waitFor()
  await sendEvents(hub.collector.url, [action('beside')])
  await fine.locator('.event', { hasText: 'beside' }).waitFor()
  await Promise.all([reach(fine, 'live'), reach(wrong, 'live')])
  hub.excuse(/status of 400/)
  await context.close()
})

test('of a flood the gravest are shown, the others counted, and the page stays short', async () => {
  const page = await hub.open('#/live?source=flood')
  await page.getByText('No such events yet').waitFor()
  await reach(page, 'live')
  const flood = (from: number) => {
    return Array.from({ length: 2000 }, (_, number) => {
      if (number === 700) return happened('ErrorReported', { message: `grave-${from}` }, { source: 'flood' })
      return action(`order-${from + number}`, { source: 'flood' })
    })
  }
  for (const from of [0, 2000, 4000]) await sendEvents(hub.collector.url, flood(from))
  for (const from of [0, 2000, 4000]) await page.locator('.event', { hasText: `grave-${from}` }).waitFor()
  const shown = async () => {
    const events = await page.locator('.event').count()
    const told = await page.locator('.feed .more').allTextContents()
    const passed = told.map((text) =>
      Number(/^([\d,.]+K?)/.exec(text)![1]!.replace(',', '').replace('K', 'e3')),
    )
    return { events, all: events + passed.reduce((sum, more) => sum + more, 0) }
  }
  // What was passed over is told in thousands where it is many.
  await expect.poll(async () => (await shown()).all, { timeout: 20_000 }).toBeGreaterThan(5900)
  const { events, all } = await shown()
  expect(all).toBeLessThan(6100)
  expect(events).toBeLessThanOrEqual(300)
})

test('an event of a published vocabulary is shown beside its schema, and where it does not keep to it', async () => {
  const { url } = hub.collector
  const order = { type: 'object', properties: { order_id: { type: 'integer' } }, required: ['order_id'] }
  const published = await fetch(`${url}/api/v1/vocabularies/bakery`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      title: 'bakery',
      oneOf: [{ properties: { type: { const: 'bakery.ordered' }, version: { const: 1 }, payload: order } }],
    }),
  })
  expect(published.status, await published.clone().text()).toBe(201)
  const ordered = (order_id: unknown) => happened('bakery.ordered', { order_id }, { source: 'bakery' })
  await sendEvents(url, [ordered('twelve'), ordered(12)])
  const page = await hub.open('#/live?source=bakery')
  const contracts = page.getByRole('region', { name: 'Vocabulary' })
  const rows = page.locator('.event button')
  await rows.nth(1).click()
  await contracts.getByText('must be a whole number, not text').waitFor()
  await contracts.locator('dt', { hasText: 'order_id' }).waitFor()
  await contracts.getByText('Schema', { exact: true }).click()
  await contracts.locator('pre', { hasText: '"order_id"' }).waitFor()
  await rows.nth(1).click()
  await rows.nth(0).click()
  await contracts.getByText('keeps to its schema', { exact: true }).waitFor()
})
