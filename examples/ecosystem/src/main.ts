import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '@hubline/collector'
import { getAllHookMetrics } from '@hubline/hooks'
import { runSweep } from './sweep.ts'
import { systemsAt } from './systems.ts'
import { timeline } from './timeline.ts'

const given = process.env['COLLECTOR_URL']
if (given) await tell(given)
else {
  // Without a collector there is one for as long as the story takes.
  const data = await mkdtemp(join(tmpdir(), 'ecosystem-'))
  const collector = await startCollector({ port: 0, data })
  await tell(collector.url)
  await collector.close()
  await rm(data, { recursive: true, force: true })
}

async function tell(url: string): Promise<void> {
  const correlationId = `sweep-${randomUUID().slice(0, 8)}`
  const systems = systemsAt(url)
  await runSweep(systems, correlationId)

  console.log(`${correlationId}\n`)
  for (const line of await timeline(url, correlationId)) console.log(line)
  console.log()
  const metrics = await getAllHookMetrics(Object.values(systems))
  for (const [system, { status, events_emitted }] of Object.entries(metrics))
    console.log(`${system} is ${status} and has emitted ${events_emitted}`)
  await Promise.all(Object.values(systems).map((hooks) => hooks.shutdown()))
}
