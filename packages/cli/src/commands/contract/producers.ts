import type { DescribedVocabulary } from '@hubline/core/wire'
import { changesForSenders } from './changes.ts'
import { allEvents, eventsNamed, isText, type Finding, readStatement } from './statements.ts'

/** Somebody who sends events as they were. */
export interface Producer {
  producer: string
  /** Names of events, such as `shop.order.placed` or `mahavishnu:workflow_started`. */
  sends: readonly string[]
}

/** What a change of vocabularies means for a producer. */
export interface ProducerVerdict {
  producer: string
  /** What of its events is not taken any more; empty where all are. */
  breaks: Finding[]
  /** What it sends that nothing was known of. */
  unknown: { event: string; path: string }[]
}

/** @throws {CommandError} for a file that says nothing of a producer */
export function readProducer(file: string): Promise<Producer> {
  return readStatement(
    file,
    (said) => {
      const { producer, sends } = said as Partial<Producer>
      return isText(producer) && Array.isArray(sends) && sends.length > 0 && sends.every(isText)
        ? { producer, sends }
        : undefined
    },
    'producer: it wants {"producer": "till", "sends": ["shop.order.placed"]}',
  )
}

/** One who sends every event there was, where nobody is named. */
export function everySender(before: readonly DescribedVocabulary[]): Producer {
  return { producer: 'whoever sends everything', sends: allEvents(before) }
}

/**
 * What going from one set of vocabularies to another means for a producer. A new version of an event breaks none: the old one
 * is still held to what it was.
 */
export function judgeProducer(
  { producer, sends }: Producer,
  before: readonly DescribedVocabulary[],
  after: readonly DescribedVocabulary[],
): ProducerVerdict {
  const verdict: ProducerVerdict = { producer, breaks: [], unknown: [] }
  for (const event of sends) {
    const [was] = eventsNamed(before, event)
    if (!was) {
      verdict.unknown.push({ event, path: '' })
      continue
    }
    const is = eventsNamed(after, event).find(({ version }) => version === was.version)
    if (!is) continue
    const root = ({ data }: typeof was) => ({ schema: data, optional: false, root: data })
    for (const change of changesForSenders('', root(was), root(is))) verdict.breaks.push({ event, ...change })
  }
  return verdict
}
