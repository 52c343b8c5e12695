import { resolveConfig } from '@hubline/core/adapter'
import { EXIT } from '../command-error.ts'
import type { Connection } from '../hub-client.ts'
import type { SendingOptions } from '../sending.ts'
import type { Terminal } from '../terminal.ts'
import { failed, ok, warning, type Finding } from './finding.ts'

/** What is examined: how an app with these options and variables reports. */
export interface Patient {
  source: string
  env: string
  /** Of the hub's own paths, such as `http://127.0.0.1:4318/api/v1/hub`. */
  hub: Connection
  /** Of everything else. */
  root: Connection
}

const CHECK = 'settings'

/** Reads the settings as an app does. Without a patient there is nothing more to examine. */
export function admit(
  { url, token, source, env }: SendingOptions,
  terminal: Terminal,
): { findings: Finding[]; patient?: Patient } {
  const { config, notices } = resolveConfig({ url, token, source, env }, terminal.env, process.cwd())
  const findings = notices.map(({ level, line }) => {
    const says = line.replace(/^\[HUB\] (Error: )?/, '')
    if (level === 'warn' && config.url !== undefined)
      return warning(CHECK, says, 'correct it, or leave it out')
    return failed(
      CHECK,
      { message: says, exitCode: EXIT.usage },
      'set HUB_API_URL to where the collector is, such as http://127.0.0.1:4318 (hubline starts one); off this machine HUB_API_TOKEN too',
    )
  })
  if (config.url === undefined || config.mode === 'inert') return { findings }
  if (config.mode === 'dry-run') {
    findings.push(
      warning(
        CHECK,
        'HUB_EVENTS_ENABLED is false: apps only print their events',
        'set it to true, or leave it out',
      ),
    )
  }
  if (config.dialect === 'mesh' || config.dialect === 'ecosystem') {
    findings.push(
      failed(
        CHECK,
        {
          message: `HUB_DIALECT is ${config.dialect}, whose servers have nothing to be examined by`,
          exitCode: EXIT.usage,
        },
        'send a test by hubline heartbeat: its exit code says whether it arrived',
      ),
    )
    return { findings }
  }
  if (config.source === 'unknown_service') {
    findings.push(warning(CHECK, 'nothing says which service this is', 'set HUB_SOURCE'))
  }
  const { source: name, env: environment } = config
  findings.push(ok(CHECK, `events of "${name}" (${environment}) go to ${config.url}`))
  const root = config.url.replace(/\/api\/v1\/hub$/, '')
  return {
    findings,
    patient: {
      source: name,
      env: environment,
      hub: { url: config.url, token: config.token },
      root: { url: root, token: config.token },
    },
  }
}
