import { readFile } from 'node:fs/promises'
import type { DescribedEvent, DescribedVocabulary } from '@hubline/core/wire'
import { CommandError, EXIT } from '../../command-error.ts'
import { changesOf } from './changes.ts'
import { fieldAt } from './fields.ts'

/** Somebody who reads events, and what of them. */
export interface Consumer {
  consumer: string
  /** Paths of fields by event, such as `shop.order.placed` or `mahavishnu:workflow_started`; of none everything is read. */
  reads: Readonly<Record<string, readonly string[]>>
}

/** What a change of vocabularies means for a consumer. */
export interface Verdict {
  consumer: string
  /** What it cannot go on with; empty where it can. */
  breaks: { event: string; path: string; problem: string }[]
  /** What it reads that was not there before either. */
  unknown: { event: string; path: string }[]
}

/** @throws {CommandError} for a file that says nothing of a consumer */
export async function readConsumer(file: string): Promise<Consumer> {
  let said: unknown
  try {
    said = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`, EXIT.usage, 'usage')
  }
  const { consumer, reads } = (said ?? {}) as Partial<Consumer>
  const fields = Object.values(reads ?? {}).map((paths) => Array.isArray(paths) && paths.every(isText))
  if (isText(consumer) && fields.length > 0 && fields.every(Boolean)) return { consumer, reads: reads! }
  throw new CommandError(
    `${file} is no consumer: it wants {"consumer": "billing", "reads": {"shop.order.placed": ["order_id"]}}`,
    EXIT.usage,
    'usage',
  )
}

/** One who reads everything of every event there was, where no consumers are named. */
export function everybody(before: readonly DescribedVocabulary[]): Consumer {
  const names = before.flatMap(({ system, events }) =>
    events.map(({ type }) => (type.startsWith(`${system}.`) ? type : `${system}:${type}`)),
  )
  return { consumer: 'whoever reads everything', reads: Object.fromEntries(names.map((name) => [name, []])) }
}

/** What going from one set of vocabularies to another means for a consumer. */
export function judge(
  { consumer, reads }: Consumer,
  before: readonly DescribedVocabulary[],
  after: readonly DescribedVocabulary[],
): Verdict {
  const verdict: Verdict = { consumer, breaks: [], unknown: [] }
  for (const [event, paths] of Object.entries(reads)) {
    const was = find(before, event)
    const is = find(after, event)
    for (const path of paths.length > 0 ? paths : ['']) judgeField(verdict, event, path, was, is)
  }
  return verdict
}

function judgeField(
  { breaks, unknown }: Verdict,
  event: string,
  path: string,
  was: DescribedEvent | undefined,
  is: DescribedEvent | undefined,
): void {
  const before = was && at(was, path)
  if (!was || !before) {
    // What comes only now may be what it waits for.
    if (!is || !at(is, path)) unknown.push({ event, path })
    return
  }
  if (!is) {
    if (!breaks.some((each) => each.event === event)) breaks.push({ event, path: '', problem: 'is gone' })
    return
  }
  const after = at(is, path)
  if (!after) breaks.push({ event, path, problem: 'is gone' })
  else
    for (const change of changesOf(path, { ...before, root: was.data }, { ...after, root: is.data }))
      breaks.push({ event, ...change })
}

const at = ({ data }: DescribedEvent, path: string): ReturnType<typeof fieldAt> =>
  path === '' ? { schema: data, optional: false } : fieldAt(data, path)

/** The newest version of an event. */
function find(vocabularies: readonly DescribedVocabulary[], name: string): DescribedEvent | undefined {
  const [, system, type = name] = /^([^:]+):(.+)$/.exec(name) ?? []
  return vocabularies
    .filter((each) => system === undefined || each.system === system)
    .flatMap(({ events }) => events)
    .filter((event) => event.type === type)
    .toSorted((a, b) => b.version - a.version)[0]
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
