// Runs turbo's task graph with its telemetry and update notice off, quiet unless something fails.
import { spawnSync } from 'node:child_process'

const { status, stdout } = spawnSync(
  'turbo',
  ['run', ...process.argv.slice(2), '--output-logs=errors-only', '--log-prefix=none'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
    shell: process.platform === 'win32',
  },
)
if (status !== 0) process.stderr.write(stdout)
process.exitCode = status ?? 1
