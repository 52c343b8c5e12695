import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector, type Collector, type CollectorOptions } from '@hubline/collector'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'

interface View {
  width?: number
  height?: number
  colorScheme?: 'light' | 'dark'
  /** A whole address in place of the dashboard's. */
  url?: string
  /** Pages of one context are tabs of one browser; else each has its own. */
  context?: BrowserContext
}

/** A collector and a browser that looks at it, for all tests of a file. */
export interface Dashboard {
  readonly browser: Browser
  readonly collector: Collector
  /** Passes over complaints that a test provokes; without it, its end expects none. */
  excuse(complaint: RegExp): void
  /** Opens the dashboard at a hash such as `#/live`. */
  open(hash?: string, view?: View): Promise<Page>
  /** Starts a collector anew in place of the one before, with the same data. */
  restart(options?: CollectorOptions): Promise<void>
}

/** One for all files of a worker, which ends it with itself. */
let shared: Promise<Browser> | undefined

/** Starts both before the tests of a file and ends the collector after. A test ends without a complaint of the browser, or fails. */
export function dashboard(options: CollectorOptions = {}): Dashboard {
  const opened: Page[] = []
  const complaints: string[] = []
  const excused: RegExp[] = []
  let browser: Browser
  let collector: Collector
  let data: string
  const start = (more: CollectorOptions = {}) =>
    startCollector({ port: 0, logLevel: 'error', ...options, ...more, data })

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'hubline-ui-'))
    ;[browser, collector] = await Promise.all([(shared ??= launchChromium()), start()])
  }, 180_000)
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((page) => page.close()))
    const allowed = excused.splice(0)
    const left = complaints.splice(0).filter((text) => !allowed.some((pattern) => pattern.test(text)))
    expect(left).toEqual([])
  })
  afterAll(async () => {
    await collector?.close()
    await rm(data, { recursive: true, force: true })
  })

  return {
    get browser() {
      return browser
    },
    get collector() {
      return collector
    },
    excuse(complaint) {
      excused.push(complaint)
    },
    async open(hash = '', { width = 1280, height = 900, colorScheme = 'light', url, context } = {}) {
      const viewport = { width, height }
      const page = await (context
        ? context.newPage()
        : browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' }))
      opened.push(page)
      page.setDefaultTimeout(20_000)
      listen(page, collector.url, complaints)
      await page.goto(url ?? `${collector.url}/ui/${hash}`)
      return page
    },
    async restart(more) {
      await collector.close()
      collector = await start(more)
    },
  }
}

function listen(page: Page, origin: string, complaints: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) complaints.push(`asked ${request.url()}`)
  })
}

/** Waits until the page says of its stream that it is so: `live`, `again`, `lost`. */
export function reach(page: Page, state: string): Promise<void> {
  return page.locator(`[data-link=${state}]`).waitFor()
}

/** Pixels that the page is wider than its window; negative where room is kept for a scroll bar. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
  id: string
  impact: string | null
  nodes: { html: string; failureSummary?: string }[]
}

/** What axe finds serious or critical in a page, each as a line; in the world of the page, past its own policy. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(await axe)
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: Finding[]
  }
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary ?? ''}`)
}
