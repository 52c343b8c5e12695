import type { Result } from './account.ts'
import { SCENARIOS } from './scenarios.ts'

/** Units at the end of a name; what has none of them is counted. */
const UNITS: Record<string, string> = { mib: 'MiB', ms: 'ms', rows: 'rows' }

/** A number as people read it, like 20,000. */
export const readable = (value: number): string => value.toLocaleString('en')

/** What a scenario measured, in words and with units, on one line. */
export function figuresOf(result: Result): string {
  const name = SCENARIOS[result.scenario]
  if ('by' in result) return `${name}: found out (${result.by})`
  const { side, kills = 0, generated, stored, dropped = {}, missing, measured = {} } = result
  // A collector is sent spans too.
  const things = side === 'client' ? 'events' : 'items'
  const lost = Object.entries(dropped).filter(([, count]) => count > 0)
  const counts = [
    ...(kills > 0 ? [`${readable(kills)} ${kills === 1 ? 'kill' : 'kills'}`] : []),
    `${readable(generated)} ${things} generated`,
    `${readable(stored)} stored`,
    ...lost.map(([reason, count]) => `${readable(count)} dropped (${reason})`),
    `${readable(missing)} missing`,
  ]
  const others = Object.entries(measured).map((each) => figure(...each))
  return `${name}: ${[counts, others]
    .filter(({ length }) => length > 0)
    .map((list) => list.join(', '))
    .join('; ')}`
}

function figure(name: string, value: number): string {
  const words = name.split('_')
  const unit = UNITS[words.at(-1)!]
  if (unit === undefined) return `${readable(value)} ${words.join(' ')}`
  return `${words.slice(0, -1).join(' ')} ${readable(value)} ${unit}`
}
