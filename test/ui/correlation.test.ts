import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { dashboard, overflow, reach, seriousFindings } from './browser.ts'
import { CORPUS } from './hostile.ts'
import { sendEvents, sendSpans } from './send.ts'

const hub = dashboard()
const ID = 'order 7/1 <b>&'
const TRACES = ['1', '2', '3'].map((digit) => digit.repeat(32))
const start = Date.now() - 60_000

beforeAll(async () => {
  const [first, second, unseen] = TRACES as [string, string, string]
  const root = (service: string, traceId: string, name: string, at: number, durationMs: number) => ({
    service,
    traceId,
    spanId: traceId.slice(0, 16),
    name,
    start: start + at,
    durationMs,
    attributes: { 'hub.correlation_id': ID },
  })
  await sendSpans(hub.collector.url, [
    root('storefront', first, 'POST /checkout', 0, 180),
    { ...root('mailer', second, CORPUS[0]!, 900, 400), error: 'refused' },
  ])
  const event = (source: string, at: number, message: string, traceId?: string) => ({
    type: message.startsWith('!') ? 'ErrorReported' : 'InteractionDetected',
    source,
    occurred_at: new Date(start + at).toISOString(),
    payload: message.startsWith('!') ? { message, error_type: 'MailError' } : { action: message },
    correlation_id: ID,
    ...(traceId !== undefined && { trace_id: traceId }),
  })
  await sendEvents(hub.collector.url, [
    event('storefront', 100, 'order_placed', first),
    event('mailer', 1200, '!no such mailbox', second),
    event('warehouse', 1500, 'packed', unseen),
    event('billing', 2000, CORPUS[1]!),
  ])
})

const lanes = (page: Page) =>
  page.getByRole('list', { name: 'Traces of this correlation' }).getByRole('listitem')
const told = (page: Page) =>
  page.getByRole('list', { name: 'Events of this correlation' }).getByRole('listitem')

test('shows all traces and events on one axis, in their order, and leads to each trace', async () => {
  const page = await hub.open(`#/correlation/${encodeURIComponent(ID)}`)
  const texts = async () => (await lanes(page).allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))
  await expect
    .poll(texts)
    .toEqual([
      'storefront POST /checkout 180 ms',
      `mailer ${CORPUS[0]} error 400 ms`,
      'a trace without spans 1 event',
      'outside of traces 1 event',
    ])
  const times = () => told(page).locator('.at').allInnerTexts()
  await expect.poll(times).toEqual(['+100 ms', '+1.2 s', '+1.5 s', '+2 s'])
  await expect
    .poll(() => page.locator('.correlation-facts').innerText())
    .toMatch(/^2 s\b[^]*3 traces[^]*1 failed[^]*4 events/)
  // On one axis: what began later stands further to the right.
  const marks = await page
    .locator('.moment-mark')
    .evaluateAll((all: { getBoundingClientRect: () => DOMRect }[]) =>
      all.map((each) => each.getBoundingClientRect().left),
    )
  expect(marks).toEqual(marks.toSorted((a, b) => a - b))
  expect(await page.evaluate('globalThis.pwned')).toBeUndefined()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/ui/#/trace/${TRACES[1]}`)
  await page.getByRole('link', { name: 'all of this correlation' }).click()
  await page.waitForURL('**/ui/#/correlation/order*')
  await reach(page, 'live')
  await sendEvents(hub.collector.url, [
    {
      type: 'InteractionDetected',
      source: 'billing',
      occurred_at: new Date(start + 2500).toISOString(),
      payload: { action: 'paid' },
      correlation_id: ID,
    },
  ])
  await told(page).filter({ hasText: 'paid' }).waitFor()
})

test('a trace without a correlation of its own is that of its id, and an unknown one says so', async () => {
  const page = await hub.open(`#/correlation/${TRACES[0]}`)
  await lanes(page).filter({ hasText: 'POST /checkout' }).waitFor()
  const other = await hub.open('#/correlation/nobody')
  await other.getByText('x-correlation-id: nobody', { exact: true }).waitFor()
})

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)('in %s colours and %d px axe finds nothing serious', async (colorScheme, width) => {
  const page = await hub.open(`#/correlation/${encodeURIComponent(ID)}`, { width, colorScheme })
  await lanes(page).nth(3).waitFor()
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  expect(await seriousFindings(page)).toEqual([])
})
