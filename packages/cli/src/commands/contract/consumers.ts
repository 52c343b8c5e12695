import type { DescribedEvent, DescribedVocabulary } from '@hubline/core/wire'
import { changesForReaders } from './changes.ts'
import { fieldAt } from './fields.ts'
import { allEvents, eventsNamed, type Finding, isText, readStatement } from './statements.ts'

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
  breaks: Finding[]
  /** What it reads that was not there before either. */
  unknown: { event: string; path: string }[]
}

/** @throws {CommandError} for a file that says nothing of a consumer */
export function readConsumer(file: string): Promise<Consumer> {
  return readStatement(
    file,
    (said) => {
      const { consumer, reads } = said as Partial<Consumer>
      const fields = Object.values(reads ?? {}).map((paths) => Array.isArray(paths) && paths.every(isText))
      return isText(consumer) && fields.length > 0 && fields.every(Boolean)
        ? { consumer, reads: reads! }
        : undefined
    },
    'consumer: it wants {"consumer": "billing", "reads": {"shop.order.placed": ["order_id"]}}',
  )
}

/** One who reads everything of every event there was, where nobody is named. */
export function everybody(before: readonly DescribedVocabulary[]): Consumer {
  const reads = Object.fromEntries(allEvents(before).map((name) => [name, []]))
  return { consumer: 'whoever reads everything', reads }
}

/** What going from one set of vocabularies to another means for a consumer. */
export function judge(
  { consumer, reads }: Consumer,
  before: readonly DescribedVocabulary[],
  after: readonly DescribedVocabulary[],
): Verdict {
  const verdict: Verdict = { consumer, breaks: [], unknown: [] }
  for (const [event, paths] of Object.entries(reads)) {
    const [was] = eventsNamed(before, event)
    const [is] = eventsNamed(after, event)
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
    for (const change of changesForReaders(path, { ...before, root: was.data }, { ...after, root: is.data }))
      breaks.push({ event, ...change })
}

const at = ({ data }: DescribedEvent, path: string): ReturnType<typeof fieldAt> =>
  path === '' ? { schema: data, optional: false } : fieldAt(data, path)
