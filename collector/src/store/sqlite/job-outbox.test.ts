import { expect, test } from 'vitest'
import { JobOutbox } from './job-outbox.ts'
import type { WriterJob } from './messages.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function otlp(job: number, bytes: number): WriterJob {
  const body = new Uint8Array(bytes).fill(job)
  return { kind: 'otlp', job, signal: 'logs', encoding: 'json', body, source: null, receivedAt: 0 }
}

test('jobs keep their order, wait for who is at work, and share a buffer where they are small', async () => {
  const sent: { jobs: WriterJob[]; transfer: ArrayBuffer[] }[] = []
  const outbox = new JobOutbox((jobs, transfer) => sent.push({ jobs, transfer }))
  const numbers = () => sent.map(({ jobs }) => jobs.map(({ job }) => job))

  // What comes in one turn goes together.
  for (const job of [1, 2, 3]) outbox.add(otlp(job, 10 * job))
  outbox.add({ kind: 'probe', job: 4 })
  expect(sent).toEqual([])
  await turn()
  expect(numbers()).toEqual([[1, 2, 3, 4]])
  expect(sent[0]!.transfer.map((buffer) => buffer.byteLength)).toEqual([60])
  for (const job of sent[0]!.jobs) {
    if ('body' in job) expect(job.body).toEqual(new Uint8Array(10 * job.job).fill(job.job))
  }

  // While those are under way the next wait, also over turns, unless they are many bytes.
  outbox.add(otlp(5, 0))
  await turn()
  outbox.add(otlp(6, 20_000))
  outbox.answered(3)
  await turn()
  expect(sent).toHaveLength(1)
  outbox.answered(1)
  expect(numbers().at(-1)).toEqual([5, 6])
  expect(sent[1]!.transfer).toEqual([(sent[1]!.jobs[1] as { body: Uint8Array }).body.buffer])
  outbox.add(otlp(7, 70_000))
  expect(numbers().at(-1)).toEqual([7])
  for (let job = 100; job < 356; job++) outbox.add({ kind: 'probe', job })
  expect(sent.at(-1)!.jobs).toHaveLength(256)

  // What nobody will answer is forgotten.
  outbox.add(otlp(400, 1))
  outbox.clear()
  await turn()
  expect(sent).toHaveLength(4)
  outbox.add(otlp(401, 1))
  outbox.flush()
  expect(numbers().at(-1)).toEqual([401])
})
