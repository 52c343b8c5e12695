import { beforeAll, describe, expect, test } from 'vitest'
import { layOut } from '../../collector/dashboard/src/pages/map/layout.ts'
import { dashboard, overflow, seriousFindings } from './browser.ts'
import { CORPUS } from './hostile.ts'
import { sendSpans, type SentSpan } from './send.ts'

const hub = dashboard()

beforeAll(() => sendSpans(hub.collector.url, fleetOfThirty()))

let made = 0
const hex = (digits: number) => (++made).toString(16).padStart(digits, '0')

/** Calls between thirty services in four tiers, of which one fails; a hostile one among them. */
function fleetOfThirty(): SentSpan[] {
  const start = Date.now() - 120_000
  const spans: SentSpan[] = []
  const call = (caller: string, callee: string, isBroken: boolean) => {
    const [traceId, spanId, parentSpanId] = [hex(32), hex(16), hex(16)]
    const error = isBroken ? { error: 'refused' } : {}
    spans.push(
      {
        service: caller,
        traceId,
        spanId: parentSpanId,
        name: 'call',
        kind: 3,
        start,
        durationMs: 12,
        ...error,
      },
      { service: callee, traceId, spanId, parentSpanId, name: 'work', start, durationMs: 10, ...error },
    )
  }
  const tier = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${name}-${index}`)
  const [edge, web, core, base] = [tier('edge', 2), tier('web', 8), tier('core', 12), tier('base', 7)]
  web.forEach((name, index) => call(edge[index % 2]!, name, false))
  core.forEach((name, index) => call(web[index % 8]!, name, index === 3))
  core.forEach((name, index) => call(name, base[index % 7]!, false))
  call('base-0', CORPUS[0]!, false)
  return spans
}

test('shows thirty services in columns, without any above another, and tells of the failing link', async () => {
  const page = await hub.open('#/map')
  const nodes = page.locator('.node')
  await nodes.nth(29).waitFor()
  await page.getByText('30 services').waitFor()
  await page.getByText(', 1 failing').waitFor()
  await expect.poll(() => page.getByText(CORPUS[0]!).count()).toBeGreaterThan(0)
  expect(await page.evaluate('globalThis.pwned')).toBeUndefined()
  const boxes = await nodes.evaluateAll((all: { getBoundingClientRect: () => DOMRect }[]) =>
    all
      .map((each) => each.getBoundingClientRect())
      .map(({ left, right, top, bottom }) => ({ left, right, top, bottom })),
  )
  const isApart = boxes.every((a, index) =>
    boxes
      .slice(index + 1)
      .every((b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top),
  )
  expect(isApart).toBe(true)
  // Links of thirty services pass between the nodes, never behind one.
  const isBehind = `(() => {
    const paper = document.querySelector('.paper').getBoundingClientRect()
    const boxes = [...document.querySelectorAll('.node')].map((node) => node.getBoundingClientRect())
    return [...document.querySelectorAll('.edge')].some((edge) => {
      const length = edge.getTotalLength()
      return Array.from({ length: 200 }, (_, at) => edge.getPointAtLength((at / 200) * length)).some((point) => {
        const [x, y] = [paper.left + point.x, paper.top + point.y]
        return boxes.some((box) => x > box.left + 2 && x < box.right - 2 && y > box.top && y < box.bottom)
      })
    })
  })()`
  expect(await page.evaluate(isBehind)).toBe(false)
  const failing = page
    .getByRole('table', { name: 'Calls' })
    .getByRole('row', { name: /core-3/ })
    .first()
  expect((await failing.innerText()).replaceAll(/\s+/g, ' ')).toMatch(
    /web-3 core-3 call .* 100% 10(\.\d+)? ms/,
  )
})

test('narrows to a service by keys, and the address keeps it', async () => {
  const page = await hub.open('#/map')
  await page.locator('.node').first().waitFor()
  await page.getByRole('button', { name: /^web-3 / }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/node=web-3/)
  await page.reload()
  await page.getByRole('heading', { name: 'Calls of web-3' }).waitFor()
  const rows = page.getByRole('table', { name: 'Calls' }).locator('tbody tr')
  await expect.poll(() => rows.count()).toBe(3)
  await page.getByLabel('Around').selectOption('core-0')
  await page.getByRole('heading', { name: 'Calls of core-0' }).waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'Calls of web-3' }).waitFor()
  await page.getByRole('button', { name: 'Failed', exact: true }).click()
  await page.waitForURL(/sort=failed/)
  await rows.first().getByRole('link', { name: 'core-3' }).click()
  await page.waitForURL('**/ui/#/service/core-3')
})

test('is had as Mermaid, to copy and as a file', async () => {
  const context = await hub.browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
  const page = await hub.open('#/map?as=mermaid', { context })
  const text = page.locator('pre', { hasText: 'flowchart LR' })
  await text.waitFor()
  await page.getByRole('button', { name: 'Copy' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const copied = String(await page.evaluate('navigator.clipboard.readText()'))
  expect(copied).toMatch(/^flowchart LR\n[^]*"web-3"[^]*failed/)
  expect(copied).toBe(await text.textContent())
  const file = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download' }).click()
  expect((await file).suggestedFilename()).toBe('service-map.mmd')
  await context.close()
})

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)('in %s colours and %d px axe finds nothing serious', async (colorScheme, width) => {
  const page = await hub.open('#/map?node=web-3', { width, colorScheme })
  await page.locator('.node').first().waitFor()
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  expect(await seriousFindings(page)).toEqual([])
})

describe('the layout', () => {
  const columns = (...links: [string, string][]) => {
    const ids = [...new Set(links.flat())]
    const { places } = layOut(
      ids,
      links.map(([caller, callee]) => ({ caller, callee })),
    )
    return Object.fromEntries(ids.map((id) => [id, places.get(id)!.layer]))
  }

  test('has callers left of all they call', () => {
    expect(columns(['a', 'b'], ['b', 'c'], ['a', 'c'])).toEqual({ a: 0, b: 1, c: 2 })
  })

  test('leads longer links between the nodes of the columns on their way', () => {
    const links = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
      ['a', 'd'],
      ['d', 'b'],
    ].map(([caller, callee]) => ({ caller: caller!, callee: callee! }))
    const { places, crossings, rows } = layOut(['a', 'b', 'c', 'd'], links)
    expect(crossings.get('a\nd')!.map(({ layer }) => layer)).toEqual([1, 2])
    expect(crossings.get('d\nb')!.map(({ layer }) => layer)).toEqual([2])
    for (const [node, layer] of [
      ['b', 1],
      ['c', 2],
    ] as const) {
      const [place, lane] = [places.get(node)!, crossings.get('a\nd')!.find((each) => each.layer === layer)!]
      expect(Math.abs(place.row - lane.row) * rows).toBeGreaterThan(0.69)
    }
  })

  test('is not led round by rings and by those that call themselves', () => {
    expect(columns(['a', 'b'], ['b', 'c'], ['c', 'b'], ['c', 'c'])).toEqual({ a: 0, b: 1, c: 2 })
    expect(columns(['a', 'b'], ['b', 'a'])).toEqual({ a: 0, b: 1 })
  })
})
