import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Installs Debian packages when `present` says that something is missing.
 *
 * @throws Error that names the packages when they are missing and this user may not install them
 */
export async function ensureDebian(
  packages: readonly string[],
  present: () => Promise<boolean>,
): Promise<void> {
  if (await present()) return
  if (process.getuid?.() !== 0) {
    throw new Error(`missing: ${packages.join(' ')}; install them with apt-get, or run the tests as root`)
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-q'], { env })
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env })
  if (!(await present())) throw new Error(`installed ${packages.join(' ')}, but it is still missing`)
}
