import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '@hubline/collector'
import { test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { liveDay, sendFleet } from './fleet.ts'
import { sendTrouble } from './trouble.ts'

const IMAGES = new URL('../../docs/images/', import.meta.url).pathname

// Changes files of the repository, so only when asked: HUBLINE_PICTURES=1 npm run screenshots
test.runIf(process.env['HUBLINE_PICTURES'] === '1')(
  'takes the pictures of the pages',
  { timeout: 180_000 },
  async () => {
    const data = await mkdtemp(join(tmpdir(), 'hubline-picture-'))
    let behind = 0
    const collector = await startCollector({
      port: 0,
      data,
      logLevel: 'error',
      clock: () => Date.now() - behind,
    })
    const browser = await launchChromium()
    try {
      await mkdir(IMAGES, { recursive: true })
      await liveDay(collector.url, Date.now(), (ms) => (behind = Date.now() - ms))
      const { failedTrace } = await sendFleet(collector.url, Date.now(), 2600)
      const take = async (pictures: Record<string, readonly [hash: string, sign: string]>) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          const viewport = { width: 1280, height: 780 }
          const page = await browser.newPage({ viewport, deviceScaleFactor: 1.25, colorScheme })
          const suffix = colorScheme === 'dark' ? '-dark' : ''
          for (const [name, [hash, sign]] of Object.entries(pictures)) {
            await page.goto(`${collector.url}/ui/${hash}`)
            await page.locator(sign).first().waitFor()
            await page.locator('[data-link=live]').waitFor()
            await page.screenshot({ path: join(IMAGES, `${name}${suffix}.png`) })
          }
          await page.close()
        }
      }
      await take({
        page: ['', '.table'],
        service: ['#/service/payments', '.changes li'],
        live: ['#/live', '.event >> nth=20'],
        traces: ['#/traces', '.explorer .table tbody tr'],
        trace: [`#/trace/${failedTrace}`, '.waterfall'],
        logs: ['#/logs', '.log .said'],
        map: ['#/map', '.node'],
        collector: ['#/collector', '.figures dd:text-matches("/s$")'],
      })
      behind = 0
      await sendTrouble(collector.url, Date.now())
      const answer = await fetch(`${collector.url}/api/v1/errors?text=currency`)
      const { data } = (await answer.json()) as { data: { id: string }[] }
      await take({
        errors: ['#/errors', '.what .said'],
        error: [`#/errors/${data[0]!.id}`, '.story .itself'],
      })
    } finally {
      await browser.close()
      await collector.close()
      await rm(data, { recursive: true, force: true })
    }
  },
)
