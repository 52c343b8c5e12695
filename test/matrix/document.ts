import type { CaseResult, CellResult } from './results.ts'

/** What one framework does with one case: `✓`, or the reason why it cannot have it. */
type Marks = Map<string, string>

const BEGIN = '<!-- written by test/matrix -->'
const END = '<!-- until here -->'
const PASSED = '✓'

/** What was seen, by heading of column and then by case. */
export function columnsOf(results: readonly CellResult[]): Map<string, Marks> {
  const columns = new Map<string, Marks>()
  for (const { cell, node, cases } of results) {
    for (const each of cases) {
      const heading = cell.columns[each.adapter]!
      const marks = columns.get(heading) ?? new Map<string, string>()
      columns.set(heading, marks)
      const mark = each.reason ?? PASSED
      const other = marks.get(caseOf(each))
      if (other !== undefined && other !== mark) {
        throw new Error(`${heading}, ${caseOf(each)}: ${mark} on node ${node}, ${other} on another`)
      }
      marks.set(caseOf(each), mark)
    }
  }
  return columns
}

const caseOf = ({ group, name }: CaseResult): string => `${group}: ${name}`

/** `document` with what `results` say in place of what it said before. */
export function written(document: string, results: readonly CellResult[]): string {
  const [before, rest] = split(document, BEGIN)
  const [, after] = split(rest, END)
  return `${before}${BEGIN}\n\n${[...versions(results), ...sights(results), ...tables(results)].join('\n')}\n${END}${after}`
}

/** What a document says, in the form of `columnsOf`. */
export function columnsIn(document: string): Map<string, Marks> {
  const notes = new Map(
    Array.from(document.matchAll(/^\[(\^\d+)\]: (.+)$/gm), ([, id, text]) => [`[${id}]`, text!]),
  )
  const columns = new Map<string, Marks>()
  let group = ''
  let headings: string[] = []
  for (const line of document.split('\n')) {
    if (!line.startsWith('|')) continue
    const [first = '', ...rest] = line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((text) => text.trim())
    if (/^:?-+:?$/.test(first)) continue
    if (first.startsWith('**')) {
      group = first.replaceAll('*', '')
      headings = rest
      continue
    }
    for (const [index, mark] of rest.entries()) {
      const marks = columns.get(headings[index]!) ?? new Map<string, string>()
      columns.set(headings[index]!, marks)
      marks.set(`${group}: ${first}`, notes.get(mark) ?? mark)
    }
  }
  return columns
}

function split(text: string, at: string): [before: string, after: string] {
  const index = text.indexOf(at)
  if (index < 0) throw new Error(`the document has no ${at}`)
  return [text.slice(0, index), text.slice(index + at.length)]
}

/** The exact versions behind each heading. */
function versions(results: readonly CellResult[]): string[] {
  const nodes = [...new Set(results.map(({ node }) => node))].join(' and ')
  const cells = [...new Map(results.map(({ cell }) => [cell.name, cell])).values()]
  return [
    `All of it was run on Node ${nodes} with the packed packages and, in a project of its own each,`,
    '',
    ...cells.map(({ columns, dependencies }) => {
      const installed = Object.entries(dependencies).map((each) => each.join(' '))
      return `- ${Object.values(columns).join(' and ')}: ${installed.join(', ')}`
    }),
    '',
  ]
}

/** What the hub itself says of its capture. */
function sights(results: readonly CellResult[]): string[] {
  const lines = new Map<string, string[]>()
  for (const { cell, cases } of results) {
    for (const { adapter, coverage = [] } of cases) {
      for (const { tier, blind } of coverage) {
        const text = `\`${tier}\` does not see ${blind.join('; ') || 'nothing that is known'}`
        const headings = lines.get(text) ?? []
        lines.set(text, headings)
        const heading = cell.columns[adapter]!
        if (!headings.includes(heading)) headings.push(heading)
      }
    }
  }
  return [
    'What `hub.coverage()` says there:',
    '',
    ...Array.from(lines, ([text, headings]) => `- ${text} (${headings.join(', ')})`),
    '',
  ]
}

/** One table for each thing that cases are about. */
function tables(results: readonly CellResult[]): string[] {
  const columns = columnsOf(results)
  const headings = [...columns.keys()]
  const groups = Map.groupBy(unique(results.flatMap(({ cases }) => cases)), ({ group }) => group)
  const reasons: string[] = []
  const lines: string[] = []
  for (const [group, cases] of groups) {
    lines.push(row([`**${group}**`, ...headings]), row([':--', ...headings.map(() => ':-:')]))
    for (const each of cases) {
      const marks = headings.map((heading) => columns.get(heading)!.get(caseOf(each)) ?? 'not run')
      lines.push(row([each.name, ...marks.map((mark) => (mark === PASSED ? mark : note(reasons, mark)))]))
    }
    lines.push('')
  }
  lines.push(...reasons.map((reason, index) => `[^${index + 1}]: ${reason}`))
  return [...lines, '']
}

function unique(cases: readonly CaseResult[]): CaseResult[] {
  return [...new Map(cases.map((each) => [caseOf(each), each])).values()]
}

function note(reasons: string[], reason: string): string {
  if (!reasons.includes(reason)) reasons.push(reason)
  return `[^${reasons.indexOf(reason) + 1}]`
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
