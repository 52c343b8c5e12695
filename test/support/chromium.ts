import { access } from 'node:fs/promises'
import { chromium, type Browser } from 'playwright-core'
import { ensureDebian } from './debian.ts'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const QUIET = ['background-networking', 'component-update', 'sync', 'quic', 'gpu'].map(
  (name) => `--disable-${name}`,
)

/**
 * Starts the system's Chromium, which it installs first where it is missing.
 *
 * @throws Error when it is missing and this user may not install it
 */
export async function launchChromium(): Promise<Browser> {
  await ensureDebian(['chromium'], async () => (await installed()) !== undefined)
  const executablePath = (await installed())!
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run', ...QUIET] })
}

async function installed(): Promise<string | undefined> {
  for (const place of PLACES) {
    const there = await access(place).then(
      () => true,
      () => false,
    )
    if (there) return place
  }
  return undefined
}
