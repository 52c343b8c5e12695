import { CommandError, EXIT } from '../command-error.ts'
import { ask } from '../hub-client.ts'
import { duration } from '../moments.ts'
import { failed, ok, warning, type Finding } from './finding.ts'
import type { Patient } from './patient.ts'

const SKEW_MS = 5000

interface Info {
  name?: string
  product?: string
  version?: string
  uptime_seconds?: number
  time?: string
}

export interface Examined {
  findings: Finding[]
  /** Undefined where nothing more can be asked. */
  kind?: 'hubline' | 'original'
}

/** Whether somebody answers, who, in which version, and by which clock. */
export async function examineCollector({ hub, root }: Patient, version: string): Promise<Examined> {
  const asked = Date.now()
  let info: Info
  try {
    info = await ask<Info>(hub, 'GET', '/info')
  } catch (error) {
    return { findings: [refused(error as CommandError)] }
  }
  const answered = Date.now()
  const isOurs = info.product === 'hubline'
  const up = typeof info.uptime_seconds === 'number' ? `, up for ${duration(info.uptime_seconds * 1000)}` : ''
  const findings = [
    ok(
      'address',
      `${isOurs ? 'a Hubline collector' : `the hub "${info.name ?? 'without a name'}"`} answers in ${answered - asked} ms${up}`,
    ),
    versions(info, isOurs, version),
    ...clocks(info.time, asked, answered),
  ]
  if (isOurs) findings.push(await readiness(root))
  return { findings, kind: isOurs ? 'hubline' : 'original' }
}

function refused(error: CommandError): Finding {
  if (error.exitCode === EXIT.unreachable) {
    const message = error.message.split(': start one')[0]!
    const fix = 'start a collector with hubline, or set HUB_API_URL to where one is'
    return failed('address', { message, exitCode: error.exitCode }, fix)
  }
  if (error.exitCode === EXIT.denied) {
    const fix = 'set HUB_API_TOKEN to a token of this collector; hubline token create makes one'
    return failed('token', error, fix)
  }
  return failed(
    'address',
    error,
    'set HUB_API_URL to the address of a collector: something else answers there',
  )
}

function versions({ version }: Info, isOurs: boolean, own: string): Finding {
  if (!isOurs) return ok('version', `${version ?? 'not said'}; it is spoken to in the original hub's words`)
  const minor = (text: string | undefined): string => (text ?? '').split('.', 2).join('.')
  if (minor(version) === minor(own)) return ok('version', `the collector is ${version}, this command ${own}`)
  return warning(
    'version',
    `the collector is ${version ?? 'of no version'}, this command ${own}`,
    'bring both to the same version; a collector may be newer than those who send',
  )
}

/** The collector's time lies between question and answer, so that a slow line is no skew. */
function clocks(time: string | undefined, asked: number, answered: number): Finding[] {
  const theirs = Date.parse(time ?? '')
  if (Number.isNaN(theirs)) return []
  const ahead = Math.max(0, asked - theirs) || Math.min(0, answered - theirs)
  if (Math.abs(ahead) < SKEW_MS)
    return [ok('clock', `agrees with this machine's, within ${SKEW_MS / 1000} s`)]
  const says = `this machine is ${duration(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} the collector`
  return [
    warning(
      'clock',
      says,
      'set both by NTP: events carry the time of their sender; an original hub refuses those from 5 minutes ahead',
    ),
  ]
}

async function readiness(root: Patient['root']): Promise<Finding> {
  try {
    await ask(root, 'GET', '/ready')
    return ok('storage', 'takes data')
  } catch (error) {
    return failed('storage', error as CommandError, 'look at the disk and the log of the collector')
  }
}
