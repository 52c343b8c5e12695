import { z } from 'zod'
import { mayReadService } from '../../api/services.ts'
import type { ServiceFacts } from '../../services/facts.ts'
import { triage } from '../../services/triage.ts'
import { ago, counted, plain, took } from '../plain-text.ts'
import { tool, type Asking, type Tool } from '../tool.ts'

const HOUR_MS = 3_600_000
/** Those whose rates are read. */
const MOST_RATES = 30

const input = z.object({
  name: z.string().max(200).optional().describe('Only this service, with its instances.'),
})

export const services: Tool = tool({
  name: 'services',
  title: 'Services and how they are',
  description:
    'Which services there are and how each is: state (up, late, silent, stopped, crashed), version, environment, what its heartbeat and traffic say together, requests of the last hour with their failures and p95. Begin here.',
  input,
  async tell(asking, { name }) {
    const { store, access } = asking
    const all = (await store.services()).filter((each) => mayReadService(access, each.name))
    const chosen = name === undefined ? all : all.filter((each) => each.name === name)
    const lines = await Promise.all(chosen.map((facts, index) => lineOf(asking, facts, index < MOST_RATES)))
    const instances = name === undefined ? [] : chosen.flatMap((facts) => instancesOf(facts, asking.now))
    const count = (state: string) => chosen.filter((each) => each.state === state).length
    const states = ['up', 'late', 'silent', 'crashed', 'stopped', 'unknown'].filter(
      (state) => count(state) > 0,
    )
    const summed = states.map((state) => `${count(state)} ${state}`).join(', ')
    return {
      says:
        chosen.length === 0
          ? name === undefined
            ? 'Nothing has come from any service yet.'
            : `There is no service of this name; there are ${all.length} others.`
          : `${chosen.length} of ${counted(all.length, 'service')}: ${summed}.`,
      data: [...lines.flat(), ...instances],
    }
  },
})

async function lineOf(asking: Asking, facts: ServiceFacts, withRates: boolean): Promise<string[]> {
  const { now, links } = asking
  const { name, state, lastSeen, instances, errors } = facts
  const version = instances.find((each) => each.version !== null)?.version
  const env = instances.find((each) => each.env !== null)?.env
  const facets = [
    version && `version ${plain(version, 60)}`,
    env && `env ${plain(env, 60)}`,
    `${counted(instances.filter((each) => each.state === 'up').length, 'instance')} up`,
    `last seen ${ago(lastSeen, now)}`,
    `${counted(errors, 'error event')} in all`,
  ].filter(Boolean)
  return [
    `${plain(name, 100)}: ${state} (${triage(facts, now).message}); ${facets.join(', ')}`,
    ...(withRates ? await ratesOf(asking, name) : []),
    `  ${links.service(name)}`,
  ]
}

async function ratesOf({ store, now }: Asking, service: string): Promise<string[]> {
  const rates = await store.requestRates({ service, since: now - HOUR_MS, until: now, step: HOUR_MS / 60 })
  const calls = rates?.data.reduce((sum, each) => sum + each.calls, 0) ?? 0
  if (!rates || calls === 0) return []
  const failed = rates.data.reduce((sum, each) => sum + each.errors, 0)
  const slowest = Math.max(...rates.data.map((each) => each.p95_ms ?? 0))
  const share = ((100 * failed) / calls).toFixed(1)
  return [
    `  last hour: ${counted(calls, 'request')}, ${failed} failed (${share} %), p95 of the slowest minute ${took(slowest)}`,
  ]
}

function instancesOf({ instances }: ServiceFacts, now: number): string[] {
  return instances.slice(0, 20).map(({ instance, state, version, host, lastSeen, status, lifecycle }) => {
    const said = [
      `last seen ${ago(lastSeen, now)}`,
      version && `version ${version}`,
      host && `on ${host}`,
      status,
      lifecycle,
    ]
    return `  instance ${plain(instance || '(unnamed)', 100)}: ${state}, ${plain(said.filter(Boolean).join(', '), 200)}`
  })
}
