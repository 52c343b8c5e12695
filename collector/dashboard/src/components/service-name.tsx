import type { JSX } from 'preact'
import { counted } from '../format/numbers.ts'
import './service-name.css'

const COLOURS = 10
const KEPT = 'hubline.colours'
const MAX_KEPT = 200

/** Kept with this browser, so that a service has the same colour on every page. */
const given = new Map<string, number>(recall())

/** A service's colour as a class, which sets `--service`: the one its name leads to, or the next that no other has. */
export function serviceColour(name: string): string {
  let number = given.get(name)
  if (number === undefined) {
    number = hash(name) % COLOURS
    const taken = new Set(given.values())
    if (taken.size < COLOURS) while (taken.has(number)) number = (number + 1) % COLOURS
    given.set(name, number)
    keep()
  }
  return `service-${number}`
}

function recall(): [string, number][] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]')
    return (kept as [string, number][]).filter(
      ([name, number]) => typeof name === 'string' && Number.isInteger(number) && number < COLOURS,
    )
  } catch {
    return []
  }
}

function keep(): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify([...given].slice(-MAX_KEPT)))
  } catch {
    // Then they last as long as the page.
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** A service's name after a patch of its colour. */
export function ServiceName({ name }: { name: string }): JSX.Element {
  return (
    <span class="service">
      <i class={serviceColour(name)} />
      <span>{name}</span>
    </span>
  )
}

/** Some services in little room: by name while they are few, else as patches and their number. */
export function ServiceNames({ names }: { names: readonly string[] }): JSX.Element {
  if (names.length <= 2) {
    return (
      <span class="of">
        {names.map((name) => (
          <ServiceName key={name} name={name} />
        ))}
      </span>
    )
  }
  return (
    <span class="of" title={names.join(', ')}>
      <span class="service">
        {names.slice(0, 8).map((name) => (
          <i key={name} class={serviceColour(name)} />
        ))}
        {counted(names.length, 'service')}
      </span>
    </span>
  )
}
