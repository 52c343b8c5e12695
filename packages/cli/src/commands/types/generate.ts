import type { DescribedEvent, DescribedVocabulary } from '@hubline/core/wire'
import { docOf, TypeWriter } from './type-of-schema.ts'

const HEAD = '// Made by `hubline types`: what is changed here is lost with its next run.'

/**
 * The module that types `hub.event()` by vocabularies: a type for the data of each event, in the order of their names.
 * The same vocabularies make the same text.
 */
export function typesOf(vocabularies: readonly DescribedVocabulary[]): string {
  const names = new Names()
  const byType = new Map<string, string[]>()
  const parts: string[] = []
  for (const { system, events } of vocabularies) {
    for (const event of newest(events)) {
      const name = names.take(nameOf(system, event.type))
      byType.set(event.type, [...(byType.get(event.type) ?? []), name])
      const writer = new TypeWriter(event.data, (hint) => names.take(name + hint))
      const type = writer.write(event.data)
      parts.push(...writer.declared, `${docOf(event.summary, '')}export type ${name} = ${type}`)
    }
  }
  const entries = [...byType].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const lines = entries.map(([type, types]) => `      ${JSON.stringify(type)}: ${types.join(' | ')}`)
  const events = ['    interface Events {', ...lines, '    }'].join('\n')
  const declaration = ['declare global {', '  namespace Hubline {', events, '  }', '}'].join('\n')
  return `${[HEAD, ...parts, declaration].join('\n\n')}\n`
}

/** Of several versions of an event the newest; by type. */
function newest(events: readonly DescribedEvent[]): DescribedEvent[] {
  const found = new Map<string, DescribedEvent>()
  for (const event of events) {
    if (event.version > (found.get(event.type)?.version ?? 0)) found.set(event.type, event)
  }
  return [...found.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1))
}

/** `shop.order.placed` as `ShopOrderPlaced`, `workflow_started` of mahavishnu as `MahavishnuWorkflowStarted`. */
function nameOf(system: string, type: string): string {
  const whole = type.startsWith(`${system}.`) ? type : `${system}.${type}`
  const words = whole.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return /^\p{L}/u.test(name) ? name : `Event${name}`
}

/** Names that are taken once. */
class Names {
  readonly #taken = new Set<string>()

  take(wanted: string): string {
    let name = wanted
    for (let n = 2; this.#taken.has(name); n++) name = `${wanted}${n}`
    this.#taken.add(name)
    return name
  }
}
