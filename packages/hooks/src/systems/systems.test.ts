import { createRedactor } from '@hubline/core/wire'
import { describe, expect, test } from 'vitest'
import { checkEvent } from '../vocabulary/check.ts'
import { describeVocabulary } from '../vocabulary/markdown.ts'
import { severityOf } from '../vocabulary/severity.ts'
import type { Vocabulary } from '../vocabulary/vocabulary.ts'
import { EXAMPLES } from './examples.fixture.ts'
import { SYSTEMS } from './systems.ts'

const systems: Vocabulary[] = Object.values(SYSTEMS)

test('there are the events of the five systems', () => {
  const names = Object.fromEntries(systems.map(({ system, events }) => [system, Object.keys(events)]))
  expect(names).toEqual({
    mahavishnu: ['workflow_started', 'workflow_completed', 'workflow_failed', 'agent_spawned', 'pool_scaled'],
    crackerjack: [
      'quality_check_started',
      'quality_issue_found',
      'quality_score_updated',
      'test_completed',
      'coverage_calculated',
    ],
    session_buddy: [
      'session_created',
      'session_restored',
      'entity_created',
      'relation_created',
      'memory_checkpoint',
    ],
    akosha: ['pattern_detected', 'anomaly_detected', 'insight_generated', 'correlation_found'],
    oneiric: ['adapter_resolved', 'component_loaded', 'cache_hit', 'cache_miss'],
  })
})

describe('the example of', () => {
  test.each(EXAMPLES.map((example) => [example.name, example] as const))(
    '%s is as its vocabulary says, with nothing in it that would be hidden',
    (name, { system, data, severity }) => {
      expect(checkEvent(SYSTEMS[system], name, data)).toEqual({
        event: { type: name, payload: data, severity, version: 1 },
      })
      expect(createRedactor().value(data)).toEqual(data)
    },
  )

  test('each event is there', () => {
    const all = systems.flatMap(({ events }) => Object.keys(events))
    expect(EXAMPLES.map(({ name }) => name)).toEqual(all)
  })
})

test.each([
  ['crackerjack', 'quality_issue_found', { severity: 'warning' }, 'warning'],
  ['crackerjack', 'quality_issue_found', { severity: 'error' }, 'error'],
  ['crackerjack', 'test_completed', { status: 'passed' }, 'info'],
  ['crackerjack', 'test_completed', { status: 'failed' }, 'warning'],
  ['akosha', 'anomaly_detected', { severity: 'warning' }, 'warning'],
  ['akosha', 'anomaly_detected', { severity: 'error' }, 'error'],
] as const)('%s: %s with %j is of severity %s', (system, name, data, severity) => {
  const { events }: Vocabulary = SYSTEMS[system]
  expect(severityOf(events[name]!.severity!, data)).toBe(severity)
})

// After a change of a vocabulary: npx vitest run packages/hooks -u
test('the documentation is what they say', async () => {
  const pages = systems.map((vocabulary) => describeVocabulary(vocabulary, 2))
  const page = `# Events of the known systems

Made from the vocabularies in \`packages/hooks/src/systems\`, by which \`@hubline/hooks\` checks what it sends. All fields are
required that are not called optional; others are refused.

${pages.join('\n')}`
  await expect(page).toMatchFileSnapshot('../../../../docs/hooks.md')
})
