import type { Severity } from '@hubline/core'
import { fieldErrors } from '@hubline/core/wire'
import type { z } from 'zod'
import { severityOf } from './severity.ts'
import type { Vocabulary } from './vocabulary.ts'

/** An event that is as its vocabulary says. */
export interface CheckedEvent {
  type: string
  payload: object
  severity: Severity
  version: number
}

/** The event that `data` make, or what is wrong with them, in words that name each field. Never throws. */
export function checkEvent(
  { system, events }: Vocabulary,
  name: string,
  data: unknown,
): { event: CheckedEvent } | { problem: string } {
  const definition = Object.hasOwn(events, name) ? events[name] : undefined
  if (!definition)
    return { problem: `${system} has no event "${String(name)}"; it has ${Object.keys(events).join(', ')}` }
  try {
    const parsed = definition.data.safeParse(data)
    if (!parsed.success) return { problem: inWords(parsed.error) }
    const payload = parsed.data
    const severity = severityOf(definition.severity ?? 'info', payload)
    return { event: { type: name, payload, severity, version: definition.version ?? 1 } }
  } catch (error) {
    return { problem: `data cannot be read: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** What is said of data that are not as the vocabulary says. */
export function refusalLine({ system }: Pick<Vocabulary, 'system'>, name: string, problem: string): string {
  return `[HUB] ${system}.${String(name)} was not sent, nor are others like it: ${problem}.`
}

function inWords(error: z.ZodError): string {
  return Object.entries(fieldErrors(error))
    .map(([field, messages]) => `${field === 'body' ? 'data' : field}: ${messages.join(', ')}`)
    .join('; ')
}
