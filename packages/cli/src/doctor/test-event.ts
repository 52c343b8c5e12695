import { hostname } from 'node:os'
import { newEventId } from '@hubline/core/wire'
import { EXIT, type CommandError } from '../command-error.ts'
import { ask } from '../hub-client.ts'
import { failed, ok, skipped, type Finding } from './finding.ts'
import type { Patient } from './patient.ts'
import type { Scope } from './token.ts'

/** So that a test is no sign of life of the service itself. */
const OWN_SOURCE = 'hubline-doctor'
const TYPE = 'hubline.doctor.tested'

/** Sends an event and reads it back. A token that is bound to a source sends in the name of that. */
export async function examineDelivery(patient: Patient, scope: Scope): Promise<Finding[]> {
  const { source, hub } = patient
  const id = newEventId()
  let sender = OWN_SOURCE
  try {
    await send(patient, id, sender).catch((error: CommandError) => {
      if (error.code !== 'source_mismatch') throw error
      sender = source
      return send(patient, id, sender)
    })
  } catch (error) {
    const { code } = error as CommandError
    const fix =
      code === 'source_mismatch'
        ? `set HUB_SOURCE to the source that the token is for, or make one for this: hubline token create ${source} --scope ingest --source ${source}`
        : 'the message says what the collector did not take'
    return [failed('sending', error as CommandError, fix)]
  }
  const sent = ok('sending', `a test event of "${sender}" was stored`)
  if (scope === 'ingest')
    return [
      sent,
      skipped('reading', 'the token may only send; with one of the scope admin it is read back, too'),
    ]
  return [sent, await readBack(hub, id, sender)]
}

/** The original hub has no other ids than its own, and takes seven types. */
export async function examineOriginal(patient: Patient): Promise<Finding[]> {
  const { source, hub } = patient
  const body = {
    type: 'AgentHeartbeat',
    source,
    occurred_at: new Date().toISOString(),
    payload: { status: 'healthy' },
  }
  try {
    await ask(hub, 'POST', '/events', body)
    return [ok('sending', `a heartbeat of "${source}" was stored`)]
  } catch (error) {
    return [failed('sending', error as CommandError, 'the message says what the hub did not take')]
  }
}

function send({ hub, env }: Patient, id: string, source: string): Promise<unknown> {
  return ask(hub, 'POST', '/events', {
    id,
    type: TYPE,
    source,
    env,
    instance: `${OWN_SOURCE}@${hostname()}`.slice(0, 100),
    occurred_at: new Date().toISOString(),
    payload: { test: true },
    severity: 'debug',
  })
}

async function readBack(hub: Patient['hub'], id: string, source: string): Promise<Finding> {
  try {
    const event = await ask<{ id: string; type: string }>(
      hub,
      'GET',
      `/events/${id}?source=${encodeURIComponent(source)}`,
    )
    if (event.id === id && event.type === TYPE) return ok('reading', 'it was read back as it was sent')
    const error = { message: 'what was read back is another event', exitCode: EXIT.failed }
    return failed('reading', error, 'see that only one collector is behind this address')
  } catch (error) {
    return failed('reading', error as CommandError, 'see that only one collector is behind this address')
  }
}
