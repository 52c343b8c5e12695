import type { HubOptions } from '@hubline/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { isInformational } from './answers.ts'
import { type Address, take } from './client.ts'
import { type Answer, methodsOf, statusOf, type Step } from './step.ts'

/** An app that runs. */
export interface Running {
  address: Address
  /** Ends the app; resolves when all that it had to report is delivered. */
  close(): Promise<void>
}

/** An app as people write them, and what its clients do. */
export interface Twin {
  name: string
  steps: readonly Step[]
  /** Messages of the errors that must be reported, in their order; none when absent. */
  errors?: readonly unknown[]
  /** Starts it, with Hubline's line when there are options for it. */
  start(line: HubOptions | undefined): Promise<Running>
}

let services = 0

/** Runs each app with and without the line: every byte of every answer is the same, and every request is seen once. */
export function describeTwins(framework: string, twins: readonly Twin[]): void {
  describe(framework, () => {
    test.each(twins.map((twin) => [twin.name, twin] as const))('%s', async (_, twin) => {
      // A development answer shows the stack, in which every middleware has its frames; but not at the top.
      const { stackTraceLimit } = Error
      Error.stackTraceLimit = 1
      onTestFinished(() => void (Error.stackTraceLimit = stackTraceLimit))

      const bare = await run(twin, undefined)
      const sink = await HubSink.open()
      onTestFinished(() => sink.close())
      const source = `twin-${++services}`
      const ours = await run(twin, { url: sink.url, source, batchTimeout: 5, logLevel: 'silent' })

      for (const [index, step] of twin.steps.entries()) {
        // What is compared is there.
        if (!step.seen) expect({ step, answers: bare[index] }).not.toMatchObject({ answers: [] })
        expect({ step, answers: ours[index] }).toEqual({ step, answers: bare[index] })
      }
      const expected = twin.steps.flatMap((step, index) => step.seen ?? interactionsOf(step, bare[index]!))
      const reported = sink
        .ofType('InteractionDetected')
        .map(({ payload }) => `${payload['method']} ${payload['status']}`)
      expect(reported.sort()).toEqual(expected.sort())
      const errors = sink.ofType('ErrorReported').sort((a, b) => a.seq! - b.seq!)
      expect(errors.map(({ payload }) => payload['message'])).toEqual(twin.errors ?? [])
    })
  })
}

async function run({ start, steps }: Twin, line: HubOptions | undefined): Promise<Answer[][]> {
  const app = await start(line)
  try {
    const all: Answer[][] = []
    for (const step of steps) all.push(await take(app.address, step))
    return all
  } finally {
    await app.close()
  }
}

function interactionsOf(step: Step, answers: readonly Answer[]): string[] {
  if ('upgrade' in step) return []
  const methods = methodsOf(step)
  return answers
    .filter((answer) => !isInformational(answer))
    .map((answer, index) => `${methods[index]} ${statusOf(answer)}`)
}
