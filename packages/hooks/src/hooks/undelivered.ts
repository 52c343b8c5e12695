import type { Draft, EventClient, Receipt } from '@hubline/core/adapter'

const MOST_CHARACTERS = 1000

/** The line that is left of an event which did not arrive: what it was, with its secrets hidden, and why. */
export function undeliveredLine(
  { config, redact }: Pick<EventClient, 'config' | 'redact'>,
  { type, payload }: Draft,
  { reason = 'for no known reason' }: Receipt,
): string {
  const said = JSON.stringify(redact.value(payload)) ?? ''
  const cut = said.length > MOST_CHARACTERS ? `${said.slice(0, MOST_CHARACTERS)}…` : said
  return `[HUB] ${config.source}: ${type} was not delivered: ${reason} - ${cut}`
}
