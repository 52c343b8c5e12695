import type { ServiceState } from './api.ts'
import { el } from './dom.ts'
import { counted } from './format.ts'
import type { Fact } from './summary.ts'

const SVG = 'http://www.w3.org/2000/svg'

/** Told apart by shape, so that colour is never needed: full, half, empty, square, cross, dotted. */
const SHAPES: Record<ServiceState, string[]> = {
  up: ['full M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9z'],
  late: ['line M6 2a4 4 0 1 1 0 8a4 4 0 1 1 0-8z', 'full M6 2a4 4 0 0 1 0 8z'],
  silent: ['line M6 2a4 4 0 1 1 0 8a4 4 0 1 1 0-8z'],
  stopped: ['full M2 2h8v8h-8z'],
  crashed: ['bold M2.5 2.5l7 7M9.5 2.5l-7 7'],
  unknown: ['dots M6 2a4 4 0 1 1 0 8a4 4 0 1 1 0-8z'],
}

/** A service's state as shape, colour and word. */
export function stateMark(state: ServiceState): HTMLElement {
  const known: ServiceState = Object.hasOwn(SHAPES, state) ? state : 'unknown'
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 12 12')
  svg.setAttribute('aria-hidden', 'true')
  for (const shape of SHAPES[known]) {
    const path = document.createElementNS(SVG, 'path')
    const space = shape.indexOf(' ')
    path.setAttribute('class', shape.slice(0, space))
    path.setAttribute('d', shape.slice(space + 1))
    svg.append(path)
  }
  return el('span', { class: `state ${known}` }, svg, state)
}

const COLOURS = 10
const given = new Map<string, number>()

/** A service's colour as a class: the one its name leads to, or the next that no other service has. */
export function serviceColour(name: string): string {
  let number = given.get(name)
  if (number === undefined) {
    number = hash(name) % COLOURS
    const taken = new Set(given.values())
    if (taken.size < COLOURS) while (taken.has(number)) number = (number + 1) % COLOURS
    given.set(name, number)
  }
  return `service-${number}`
}

/** FNV-1a. */
function hash(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** A service's name after a patch of its colour. */
export function serviceMark(name: string): HTMLElement {
  return el('span', { class: 'service' }, el('i', { class: serviceColour(name) }), el('span', {}, name))
}

/** Some services in little room: by name while they are few, else as patches and their number. */
export function serviceMarks(names: readonly string[]): HTMLElement {
  if (names.length <= 2) return el('span', { class: 'of' }, ...names.map(serviceMark))
  const patches = names.slice(0, 8).map((name) => el('i', { class: serviceColour(name) }))
  const title = names.join(', ')
  return el(
    'span',
    { class: 'of', title },
    el('span', { class: 'service' }, ...patches, counted(names.length, 'service')),
  )
}

/** Small facts in a row, each in its tone. */
export function facts(list: Fact[]): HTMLElement {
  return el(
    'span',
    { class: 'facts' },
    ...list.map(({ text, tone, measure }) => el('span', { class: measure ? `${tone} measure` : tone }, text)),
  )
}
