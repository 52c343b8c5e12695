import { z } from 'zod'
import { ownSource } from '../../api/own-source.ts'
import { oneOf, someOf, text } from '../../api/parameters.ts'
import { ERROR_STATES } from '../../errors/state.ts'
import { ERROR_SORTS, type ErrorGroupFacts } from '../../store/errors.ts'
import { most, since } from '../arguments.ts'
import type { Links } from '../links.ts'
import { ago, counted, plain } from '../plain-text.ts'
import { tool, type Tool } from '../tool.ts'

export const errors: Tool = tool({
  name: 'errors',
  title: 'Groups of errors',
  description:
    'Errors in groups of the same fingerprint, with how often and since when; those that are open or have regressed where no state is given. Use `error` with an id for stack and story.',
  input: z.object({
    service: text(100, 'Only of this service.'),
    state: someOf(ERROR_STATES, `In these states, commas between: ${ERROR_STATES.join(', ')}.`),
    text: text(200, 'With this text in type, message or culprit.'),
    since: since(),
    sort: oneOf(ERROR_SORTS, 'What comes first; `last_seen` where it is not given.'),
    limit: most(50, 20),
  }),
  async tell({ store, access, now, links }, { service, state, text, since, sort = 'last_seen', limit }) {
    const page = await store.errors({
      service: ownSource(access, service),
      states: state ?? ['open', 'regressed'],
      text,
      since: since?.(now),
      sort,
      limit,
      now,
    })
    const more = page.next === null ? '' : ' There are more; narrow it down, or raise the limit.'
    return {
      says: `${counted(page.groups.length, 'group')} of errors.${more}`,
      data: page.groups.flatMap((group) => groupLines(group, now, links)),
    }
  },
})

/** A group in short: what, where, how often. */
export function groupLines(group: ErrorGroupFacts, now: number, links: Links): string[] {
  const { key, service, type, message, culprit, state, count, first, last, versions, hours } = group
  const day = hours.reduce((sum, each) => sum + each, 0)
  return [
    `error ${key} in ${plain(service, 100)}: ${plain(type === '' ? message : `${type}: ${message}`)}`,
    `  ${state}; ${counted(count, 'time')}, ${day} in the last 24 hours; first ${ago(first, now)}, last ${ago(last, now)}`,
    ...(culprit === null ? [] : [`  at ${plain(culprit)}`]),
    ...(versions.length > 0 ? [`  in versions ${plain(versions.slice(0, 8).join(', '))}`] : []),
    `  ${links.error(key)}`,
  ]
}
