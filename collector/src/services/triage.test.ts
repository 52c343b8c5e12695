import { expect, test } from 'vitest'
import type { ServiceFacts } from './facts.ts'
import { triage } from './triage.ts'

const NOW = Date.UTC(2026, 0, 31)
const ago = (seconds: number) => NOW - seconds * 1000

function facts(given: Partial<ServiceFacts>): ServiceFacts {
  return {
    name: 'shop',
    state: 'up',
    stateSince: ago(3600),
    environments: [],
    firstSeen: ago(7200),
    lastSeen: NOW,
    heartbeatAt: ago(5),
    spanAt: ago(5),
    interactionAt: null,
    events: 0,
    errors: 0,
    spans: 0,
    spanErrors: 0,
    exceptions: 0,
    logs: 0,
    metrics: 0,
    eventsByType: {},
    instances: [],
    ...given,
  }
}

test.each<[string, Partial<ServiceFacts>, number]>([
  ['ok', {}, 3600],
  ['ok', { spanAt: null, interactionAt: ago(60) }, 3600],
  ['no_traffic', { spanAt: ago(1000) }, 1000],
  ['no_traffic', { spanAt: null }, 7200],
  ['no_heartbeat', { heartbeatAt: null, state: 'unknown' }, 7200],
  ['no_heartbeat', { heartbeatAt: ago(2000) }, 2000],
  ['no_heartbeat', { heartbeatAt: ago(100), state: 'silent' }, 100],
  ['nothing', { heartbeatAt: ago(2000), spanAt: ago(1500), lastSeen: ago(1500), state: 'silent' }, 1500],
  ['stopped', { state: 'stopped' }, 3600],
  ['crashed', { state: 'crashed' }, 3600],
])('%s: %o', (code, given, age) => {
  expect(triage(facts(given), NOW)).toMatchObject({ code, since: ago(age) })
})
