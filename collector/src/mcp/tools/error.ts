import { z } from 'zod'
import { storyBefore } from '../../api/error-story.ts'
import { HttpError } from '../../server/errors.ts'
import type { ErrorDetail, ErrorExample } from '../../store/errors.ts'
import type { LogRecord } from '../../store/logs.ts'
import type { StoredEvent } from '../../store/rows.ts'
import { bounded, plain } from '../plain-text.ts'
import { tool, type Tool } from '../tool.ts'
import { eventLine, logLine } from './lines.ts'
import { groupLines } from './errors.ts'

const MOST_FRAMES = 25
const MOST_BEFORE = 15

export const error: Tool = tool({
  name: 'error',
  title: 'One error in detail',
  description:
    'One group of errors: its newest example with the stack (frames of the application first, with source positions), where and with what it was seen, what the same instance told before it, and the trace it belongs to.',
  input: z.object({
    id: z.string().regex(/^[0-9a-f]{16}$/i, 'must be the 16 hex digits that `errors` gives'),
  }),
  async tell({ store, access, now, links }, { id }) {
    const detail = await store.error(id.toLowerCase(), access.source ?? undefined, now)
    if (!detail) throw new HttpError('not_found', 'there is no group of errors with this id')
    const before = await storyBefore(store, detail, MOST_BEFORE)
    const story = (before['data'] as Story[]).map((each) =>
      each.kind === 'event' ? eventLine(each.event) : logLine(each.log),
    )
    const { example } = detail
    return {
      says: example === null ? 'No example of it is kept.' : 'Its newest example is shown.',
      data: [
        ...groupLines(detail, now, links),
        ...seenWith(detail),
        ...(example === null ? [] : exampleLines(example)),
        ...(example?.traceId ? [`trace ${example.traceId}: ${links.trace(example.traceId)}`] : []),
        ...(story.length > 0 ? ['before it, in the same instance, the newest first:', ...story] : []),
      ],
    }
  },
})

type Story = { kind: 'event'; event: StoredEvent } | { kind: 'log'; log: LogRecord }

function seenWith({ facets }: ErrorDetail): string[] {
  return (['env', 'route', 'instance', 'user'] as const)
    .filter((kind) => facets[kind].values.length > 0)
    .map((kind) => {
      const values = facets[kind].values.slice(0, 6).map(({ value, count }) => `${value} (${count})`)
      return `  ${kind}: ${plain(values.join(', '))}`
    })
}

function exampleLines({ timeMs, method, route, status, handled, frames, stack }: ErrorExample): string[] {
  const request = [method, route, status === null ? null : `→ ${status}`].filter((part) => part !== null)
  const facts = [new Date(timeMs).toISOString(), ...(request.length > 0 ? [request.join(' ')] : [])]
  if (handled !== null) facts.push(handled ? 'handled by the application' : 'not handled')
  // What no runtime's parser knows is shown as it came.
  const trace =
    frames.length > 0
      ? frames.slice(0, MOST_FRAMES).map(frameLine)
      : bounded(stack.split('\n').slice(0, MOST_FRAMES), 4000).map((line) => `  ${plain(line)}`)
  return [`example: ${plain(facts.join(', '))}`, ...(trace.length > 0 ? ['stack:', ...trace] : [])]
}

function frameLine({ file, line, column, function: name, in_app }: ErrorExample['frames'][number]): string {
  const place = [file, line, column].filter((part) => part !== null).join(':')
  return `  ${in_app ? 'app' : 'lib'}  ${plain(`${name || '(anonymous)'}  ${place}`)}`
}
