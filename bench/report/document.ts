/** Puts `text` between the markers of `name` in a document. @throws when it has no such markers. */
export function withSection(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- written by ${name} -->`, `<!-- until here: ${name} -->`]
  const [from, to] = [document.indexOf(begin), document.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the document has no section ${begin} … ${end}`)
  return `${document.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${document.slice(to)}`
}

/** A table of Markdown; numbers are aligned to the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const align = head.map((_, column) =>
    rows.every((row) => /^[\d.,×%<≤ –-]*$/.test(String(row[column]))) ? '---:' : '---',
  )
  return [head, align, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** `12,345`, `3.21`: as many digits as tell something. */
export function figure(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return value.toPrecision(3).replace(/\.?0+$/, '')
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The least value that so large a share of all does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

/** Of each figure the median. */
export function medians<Figures extends object>(all: readonly Figures[]): Figures {
  const keys = Object.keys(all[0]!) as (keyof Figures)[]
  return Object.fromEntries(
    keys.map((key) => [key, median(all.map((figures) => figures[key] as number))]),
  ) as Figures
}
