import type { Browser } from 'playwright-core'
import { launchChromium } from '../../test/support/chromium.ts'
import { askOf, load, messageOf, startCollector, startProcess } from '../ingest/processes.ts'
import { medians, quantile } from '../report/document.ts'
import { browserCpu, mainThread, openPage } from './browser.ts'
import { bundleBytes, type Bundle } from './bundle.ts'
import { SCROLLABLE, scroll, SIGHT, watchFor, type Frames, type Sight } from './in-page.ts'
import type { Sent } from './sender.ts'
import { sendTrace } from './trace.ts'

export interface UiOptions {
  rounds: number
  /** Events stored before a page is opened. */
  stored: number
  /** How often each page is opened in a round. */
  opened: number
  eventsPerSecond: number
  /** Seconds that the live page is watched, and that one pass of scrolling lasts. */
  liveSeconds: number
  scrollSeconds: number
  spans: number
  log: (line: string) => void
}

/** What the live page costs while events come, all per second. */
export interface LiveCost {
  /** Events that were sent. */
  events: number
  /** Cores: seconds of CPU. Of all processes that run pages and workers, of the whole browser, of the collector. */
  pages: number
  browser: number
  collector: number
  /** Shares of the time of the page's main thread. */
  tasks: number
  scripts: number
}

export interface Smoothness {
  pixelsPerSecond: number
  framesPerSecond: number
  /** Milliseconds from a frame to the next. */
  p95: number
  longest: number
  /** The share of frames with a row in the middle of the window. */
  filled: number
}

export interface UiFigures {
  rounds: number
  stored: number
  spans: number
  liveSeconds: number
  chromium: string
  bundle: Bundle
  /** By page: medians of all times that it was opened. */
  paints: Record<string, Sight>
  live: LiveCost
  /** By how it was scrolled. */
  scrolls: Record<string, Smoothness>
}

const ROW = '[aria-label="Spans"] .row'
/** Events of one order: its process makes all of them before it sends any. */
const ORDER = 100_000
/** Pixels a second at which one still reads along. */
const READING = 1500
const WARM_UP_MS = 3000

/** Opens the dashboard of a collector that holds much, in a browser started anew for each round. */
export async function measureUi(options: UiOptions): Promise<UiFigures> {
  const { rounds, stored, spans, liveSeconds, log } = options
  const collector = await startCollector()
  try {
    await fill(collector.url, stored)
    const trace = await sendTrace(collector.url, spans)
    await quiet(() => collector.cpuSeconds())
    log(
      `${stored.toLocaleString('en-US')} events and a trace of ${spans.toLocaleString('en-US')} spans are stored`,
    )
    const paints: Record<string, Sight>[] = []
    const lives: LiveCost[] = []
    const scrolls: Record<string, Smoothness>[] = []
    let chromium = ''
    for (let round = 1; round <= rounds; round++) {
      const browser = await launchChromium()
      chromium = browser.version()
      try {
        const ui = `${collector.url}/ui/`
        paints.push(await measurePaints(browser, ui, trace, options.opened))
        scrolls.push(await measureScrolls(browser, `${ui}#/trace/${trace}`, options.scrollSeconds))
        lives.push(await measureLive(browser, collector, options))
      } finally {
        await browser.close()
      }
      log(`round ${round} of ${rounds}: ${JSON.stringify([paints.at(-1), scrolls.at(-1), lives.at(-1)])}`)
    }
    return {
      rounds,
      stored,
      spans,
      liveSeconds,
      chromium,
      bundle: bundleBytes(),
      paints: mediansByName(paints),
      live: medians(lives),
      scrolls: mediansByName(scrolls),
    }
  } finally {
    await collector.stop()
  }
}

async function fill(url: string, events: number): Promise<void> {
  for (let sent = 0; sent < events; sent += ORDER) {
    const items = Math.min(ORDER, events - sent)
    const order = { url, case: { format: 'events', batch: 500, gzip: false }, items, connections: 4 } as const
    await load([order], undefined, () => undefined)
  }
}

/** Until the collector has done what it does when there is nothing else to do; for a minute at the most. */
async function quiet(cpuSeconds: () => number): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const before = cpuSeconds()
    await sleep(1000)
    if (cpuSeconds() - before < 0.05) return
  }
}

async function measurePaints(
  browser: Browser,
  ui: string,
  trace: string,
  opened: number,
): Promise<Record<string, Sight>> {
  const pages = {
    'Services: the first row': ['', 'table[aria-label="Services"] tbody tr'],
    'Live: the first event': ['#/live', '.feed .event'],
    'Trace: the first span': [`#/trace/${trace}`, ROW],
  } as const
  const seen: [string, Sight][] = []
  for (const [name, [hash, selector]] of Object.entries(pages)) {
    const sights: Sight[] = []
    for (let n = 0; n < opened; n++) {
      const page = await openPage(browser, ui + hash, watchFor(selector))
      sights.push(await page.evaluate<Sight>(SIGHT))
      await page.context().close()
    }
    seen.push([name, medians(sights)])
  }
  return Object.fromEntries(seen)
}

async function measureScrolls(
  browser: Browser,
  url: string,
  seconds: number,
): Promise<Record<string, Smoothness>> {
  const page = await openPage(browser, url)
  await page.locator(ROW).first().waitFor()
  const height = await page.evaluate<number>(SCROLLABLE)
  const pass = async (speed: number): Promise<Smoothness> => {
    const { gaps, pixels, filled } = await page.evaluate<Frames>(scroll(speed, seconds))
    const took = gaps.reduce((sum, gap) => sum + gap, 0) / 1000
    return {
      pixelsPerSecond: pixels / took,
      framesPerSecond: gaps.length / took,
      p95: quantile(gaps, 0.95),
      longest: Math.max(...gaps),
      filled: filled / gaps.length,
    }
  }
  const passes = { 'reading along': await pass(READING), 'from end to end': await pass(height / seconds) }
  await page.context().close()
  return passes
}

async function measureLive(
  browser: Browser,
  { url, cpuSeconds }: { url: string; cpuSeconds(): number },
  { eventsPerSecond, liveSeconds }: UiOptions,
): Promise<LiveCost> {
  const sender = startProcess(new URL('sender.ts', import.meta.url).pathname)
  try {
    const page = await openPage(browser, `${url}/ui/#/live`)
    await page.locator('[data-link=live]').waitFor()
    await askOf(sender, { url, eventsPerSecond })
    await page.locator('.feed .more').first().waitFor()
    const system = await browser.newBrowserCDPSession()
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    const now = async () => ({
      at: performance.now(),
      collector: cpuSeconds(),
      ...(await browserCpu(system)),
      ...(await mainThread(session)),
    })
    await sleep(WARM_UP_MS)
    const from = await now()
    await sleep(liveSeconds * 1000)
    const to = await now()
    const each = (key: Exclude<keyof typeof from, 'at'>) => ((to[key] - from[key]) * 1000) / (to.at - from.at)
    const heard = messageOf(sender)
    sender.send('stop')
    const { events, seconds } = (await heard) as Sent
    await page.context().close()
    return {
      events: events / seconds,
      pages: each('pages'),
      browser: each('all'),
      collector: each('collector'),
      tasks: each('tasks'),
      scripts: each('scripts'),
    }
  } finally {
    sender.kill()
  }
}

function mediansByName<Of extends object>(all: readonly Record<string, Of>[]): Record<string, Of> {
  const names = Object.keys(all[0]!)
  return Object.fromEntries(names.map((name) => [name, medians(all.map((each) => each[name]!))]))
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
