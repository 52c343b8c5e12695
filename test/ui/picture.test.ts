import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '@hubline/collector'
import { test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { sendFleet } from './fleet.ts'

const IMAGES = new URL('../../docs/images/', import.meta.url).pathname

// Changes files of the repository, so only when asked: HUBLINE_PICTURES=1 npx vitest run test/ui/picture.test.ts
test.runIf(process.env['HUBLINE_PICTURES'] === '1')(
  'takes the pictures of the page',
  { timeout: 60_000 },
  async () => {
    const data = await mkdtemp(join(tmpdir(), 'hubline-picture-'))
    const collector = await startCollector({ port: 0, data })
    const browser = await launchChromium()
    try {
      await mkdir(IMAGES, { recursive: true })
      const { failedTrace } = await sendFleet(collector.url, Date.now(), 2600)
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await browser.newPage({
          viewport: { width: 1280, height: 860 },
          deviceScaleFactor: 1.5,
          colorScheme,
        })
        const suffix = colorScheme === 'dark' ? '-dark' : ''
        await page.goto(`${collector.url}/ui/`)
        await page.locator('.table').waitFor()
        await page.locator('[data-link=live]').waitFor()
        await page.screenshot({ path: join(IMAGES, `page${suffix}.png`) })
        await page.goto(`${collector.url}/ui/#/trace/${failedTrace}`)
        await page.locator('.waterfall').waitFor()
        await page.screenshot({ path: join(IMAGES, `trace${suffix}.png`) })
        await page.close()
      }
    } finally {
      await browser.close()
      await collector.close()
      await rm(data, { recursive: true, force: true })
    }
  },
)
