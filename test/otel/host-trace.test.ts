import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'

const PEER = fileURLToPath(new URL('peers/traced.cjs', import.meta.url))

interface HostSpan {
  name: string
  kind: number
  trace: string
  id: string
  parent?: string
  attributes: Record<string, unknown>
}

/** What differs from one request to the next, and what we say of it. */
const OWN = /^hub\.|\.port$|^http\.host$|^url\.full$/

/** Each trace as lines from the root down, in the order in which the requests came. */
function treesOf(spans: readonly HostSpan[]): string[][] {
  const traces = [...new Set(spans.map(({ trace }) => trace))]
  return traces.map((trace) => {
    const own = spans.filter((span) => span.trace === trace)
    const below = (parent: string | undefined, indent: string): string[] =>
      own
        .filter((span) => span.parent === parent)
        .flatMap((span) => [`${indent}${describe(span)}`, ...below(span.id, `${indent}  `)])
    return below(undefined, '')
  })
}

function describe({ name, kind, attributes }: HostSpan): string {
  const told = Object.entries(attributes).filter(([key]) => !OWN.test(key))
  const text = JSON.stringify([name, kind, told.sort(([a], [b]) => (a < b ? -1 : 1))])
  // Fastify itself puts the names of all plugins into that of what has no other.
  return text.replaceAll(' -> @hubline/fastify', '')
}

async function tracesBeside(
  app: string,
  url: string | undefined,
): Promise<Record<'without' | 'with', HostSpan[]>> {
  const { stdout } = await promisify(execFile)(process.execPath, [PEER, app], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      PATH: process.env['PATH'],
      HUB_SOURCE: 'tea',
      ...(url && { HUB_API_URL: url }),
      HUB_LOG_LEVEL: 'silent',
    },
  })
  return JSON.parse(stdout) as Record<'without' | 'with', HostSpan[]>
}

test.each([
  ['express', ['middleware - guard', 'brew']],
  ['fastify', ['preHandler - guard', 'brew']],
  ['fastify, line first', ['preHandler - guard', 'brew']],
  ['nest', ['brew']],
])("the traces of a host's own instrumentations are the same with us: %s", async (app, names) => {
  const sink = await HubSink.open()
  onTestFinished(() => sink.close())
  const traces = await tracesBeside(app, sink.url)
  expect(traces.without.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  const server = traces.with.filter(({ kind }) => kind === 1)
  expect(server.map(({ attributes }) => typeof attributes['hub.event.id'])).toEqual(
    server.map(() => 'string'),
  )
  expect(sink.ofType('InteractionDetected').map(({ span_id }) => span_id)).toEqual(server.map(({ id }) => id))
  expect(treesOf(traces.with)).toEqual(treesOf(traces.without))
})

test('they are the same without a URL, where nothing is captured', async () => {
  const traces = await tracesBeside('express', undefined)
  expect(traces.with.length).toBeGreaterThan(0)
  expect(treesOf(traces.with)).toEqual(treesOf(traces.without))
})
