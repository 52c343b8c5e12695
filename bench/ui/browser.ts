import type { Browser, CDPSession, Page } from 'playwright-core'

const VIEWPORT = { width: 1280, height: 900 }

/** A page of its own, with nothing in its cache; `script` runs before those of the page. */
export async function openPage(browser: Browser, url: string, script?: string): Promise<Page> {
  const page = await browser.newPage({ viewport: VIEWPORT })
  if (script !== undefined) await page.addInitScript(script)
  page.setDefaultTimeout(60_000)
  await page.goto(url, { waitUntil: 'commit' })
  return page
}

/** Seconds of CPU that a browser has used since it was started, by what its processes are for. */
export interface BrowserCpu {
  /** Of all that run pages and their workers. */
  pages: number
  all: number
}

interface ProcessInfo {
  type: string
  cpuTime: number
}

export async function browserCpu(session: CDPSession): Promise<BrowserCpu> {
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as { processInfo: ProcessInfo[] }
  const seconds = (of: readonly ProcessInfo[]) => of.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
  return { pages: seconds(processInfo.filter(({ type }) => type === 'renderer')), all: seconds(processInfo) }
}

/** Seconds that the main thread of a page has spent on tasks, and on scripts of these. */
export interface MainThread {
  tasks: number
  scripts: number
}

/** @param session of the page, with `Performance.enable` sent */
export async function mainThread(session: CDPSession): Promise<MainThread> {
  const { metrics } = (await session.send('Performance.getMetrics')) as {
    metrics: { name: string; value: number }[]
  }
  const of = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? 0
  return { tasks: of('TaskDuration'), scripts: of('ScriptDuration') }
}
