import { expect, test } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { Program } from './program.ts'

const STORY = [
  'mahavishnu workflow_started',
  'oneiric adapter_resolved',
  'oneiric cache_miss',
  'mahavishnu agent_spawned',
  'session_buddy session_created',
  'crackerjack quality_check_started',
  'crackerjack quality_issue_found',
  'session_buddy memory_checkpoint',
  'crackerjack quality_score_updated',
  'akosha insight_generated',
  'mahavishnu workflow_completed',
]

test('five systems tell one story under one correlation id, and the timeline shows it', async () => {
  const hub = await collectorForTest()
  const program = new Program('ecosystem', 'src/main.ts', { COLLECTOR_URL: hub.url })
  expect(await program.ended, program.err).toBe(0)
  const [, id] = await program.says(/^(sweep-\w+)$/m)
  const shown = program.out.split('\n').flatMap((line) => {
    const [, system, type] = /^[\d:.]{12} {2}(\w+) +\w+ +(\w+)$/.exec(line) ?? []
    return system ? [`${system} ${type}`] : []
  })
  expect(shown).toEqual(STORY)
  for (const system of ['mahavishnu', 'crackerjack', 'session_buddy', 'akosha', 'oneiric'])
    expect(program.out).toMatch(new RegExp(`${system} is healthy and has emitted \\d`))

  const told = await hub.allEvents(`&correlation_id=${id}`)
  expect(told.map(({ source, type }) => `${source} ${type}`)).toEqual(STORY)
  expect(await hub.allEvents()).toHaveLength(STORY.length)
  const { body } = await hub.get(`/events/correlation/${id}`)
  expect(body).toMatchObject({ correlation_id: id, count: STORY.length })
})
