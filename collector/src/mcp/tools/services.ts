import { z } from 'zod'
import { mayReadService } from '../../api/services.ts'
import type { ServiceFacts } from '../../services/facts.ts'
import type { FleetFacts } from '../../store/fleet.ts'
import { triage } from '../../services/triage.ts'
import { ago, counted, plain, took } from '../plain-text.ts'
import { tool, type Asking, type Tool } from '../tool.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const input = z.object({
  name: z.string().max(200).optional().describe('Only this service, with its instances.'),
})

/** The gravest first: of many services the last ones may have no room. */
const STATES = ['crashed', 'silent', 'late', 'up', 'stopped', 'unknown'] as const

export const services: Tool = tool({
  name: 'services',
  title: 'Services and how they are',
  description:
    'Which services there are, those in trouble first, and how each is: state (up, late, silent, stopped, crashed), version, environment, what its heartbeat and traffic say together, requests of the last hour with their failures and p95. Begin here.',
  input,
  async tell(asking, { name }) {
    const { store, access, now } = asking
    const until = Math.ceil(now / MINUTE_MS) * MINUTE_MS
    const [known, fleet] = await Promise.all([
      store.services(),
      store.fleet({ since: until - HOUR_MS, until, step: MINUTE_MS, changesSince: now }),
    ])
    const all = known.filter((each) => mayReadService(access, each.name))
    const chosen = (name === undefined ? all : all.filter((each) => each.name === name)).toSorted(
      (a, b) => gravity(a, fleet) - gravity(b, fleet),
    )
    const lines = chosen.flatMap((facts) => linesOf(facts, fleet, asking))
    const instances = name === undefined ? [] : chosen.flatMap((facts) => instancesOf(facts, now))
    const count = (state: string) => chosen.filter((each) => each.state === state).length
    const states = STATES.filter((state) => count(state) > 0)
    const summed = states.map((state) => `${count(state)} ${state}`).join(', ')
    return {
      says:
        chosen.length === 0
          ? name === undefined
            ? 'Nothing has come from any service yet.'
            : `There is no service of this name; there are ${all.length} others.`
          : `${chosen.length} of ${counted(all.length, 'service')}: ${summed}.`,
      data: [...lines, ...instances],
    }
  },
})

/** Lower for what needs a look more: by state, then by the share of requests that failed. */
function gravity({ name, state }: ServiceFacts, { requests }: FleetFacts): number {
  const total = requests.find(({ service }) => service === name)?.total
  return STATES.indexOf(state) - (total ? total.errors / (total.calls + 1) : 0)
}

function linesOf(facts: ServiceFacts, fleet: FleetFacts, { now, links }: Asking): string[] {
  const { name, state, lastSeen, instances, errors } = facts
  const version = instances.find((each) => each.version !== null)?.version
  const env = instances.find((each) => each.env !== null)?.env
  const known = [
    version && `version ${plain(version, 60)}`,
    env && `env ${plain(env, 60)}`,
    `${counted(instances.filter((each) => each.state === 'up').length, 'instance')} up`,
    `last seen ${ago(lastSeen, now)}`,
    `${counted(errors, 'error event')} in all`,
  ].filter(Boolean)
  return [
    `${plain(name, 100)}: ${state} (${triage(facts, now).message}); ${known.join(', ')}`,
    ...requestsOf(name, fleet),
    `  ${links.service(name)}`,
  ]
}

function requestsOf(name: string, { requests }: FleetFacts): string[] {
  const total = requests.find(({ service }) => service === name)?.total
  if (!total) return []
  const { calls, errors, p50, p95 } = total
  const share = ((100 * errors) / calls).toFixed(1)
  const times = p50 === null || p95 === null ? '' : `, p50 ${took(p50)}, p95 ${took(p95)}`
  return [`  last hour: ${counted(calls, 'request')}, ${errors} failed (${share} %)${times}`]
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
