import { oneLine } from '../../format/json.ts'
import type { Shares } from './critical-path.ts'
import type { PlacedSpan } from './tree.ts'

export const SHOWN = ['all', 'critical', 'failed'] as const
/** Which spans are shown: all, those of the critical path, those that failed. */
export type Shown = (typeof SHOWN)[number]

interface Wanted {
  shown: Shown
  /** In upper or lower case; `key=value` looks into attributes with such a key alone. */
  text: string
  /** Ids of spans whose children are hidden. */
  shut: ReadonlySet<string>
}

export interface Rows {
  /** Places in the list of all spans. */
  rows: number[]
  /** Those that are as was asked for; the others lead to them. Undefined where nothing was asked for. */
  found: ReadonlySet<number> | undefined
}

/** The spans that have a row: those asked for with all above them, without what is below a shut one. */
export function rowsOf(placed: readonly PlacedSpan[], shares: Shares, { shown, text, shut }: Wanted): Rows {
  const matches = matcher(text)
  const isAll = shown === 'all' && text === ''
  const found = new Set<number>()
  const kept = new Set<number>()
  for (const [index, each] of placed.entries()) {
    if (isAll) break
    if (shown === 'critical' && !shares.critical.has(index)) continue
    if (shown === 'failed' && each.span.status.code !== 'error') continue
    if (!matches(each)) continue
    found.add(index)
    for (let at = index; at >= 0 && !kept.has(at); at = placed[at]!.parent) kept.add(at)
  }
  const rows: number[] = []
  for (let index = 0; index < placed.length; index++) {
    const { span, below } = placed[index]!
    if (isAll || kept.has(index)) rows.push(index)
    if (shut.has(span.spanId)) index += below
  }
  return { rows, found: isAll ? undefined : found }
}

function matcher(text: string): (placed: PlacedSpan) => boolean {
  const wanted = text.toLowerCase()
  if (wanted === '') return () => true
  const cut = wanted.indexOf('=')
  const [key, value] = cut > 0 ? [wanted.slice(0, cut), wanted.slice(cut + 1)] : []
  return ({ span: { name, service, spanId, status, attributes } }) => {
    const entries = Object.entries(attributes)
    if (key !== undefined && value !== undefined)
      return entries.some(
        ([name, held]) => name.toLowerCase() === key && oneLine(held).toLowerCase().includes(value),
      )
    return (
      [name, service, spanId, status.message].some((held) => held.toLowerCase().includes(wanted)) ||
      entries.some(
        ([name, held]) => name.toLowerCase().includes(wanted) || oneLine(held).toLowerCase().includes(wanted),
      )
    )
  }
}
