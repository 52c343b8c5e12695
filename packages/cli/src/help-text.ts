import { widthOf } from './text-width.ts'

/** Beyond it lines are hard to read. */
const MOST_COLUMNS = 100
const LABEL = /^[A-Z][a-z ]+: /

/** Help with its prose in lines that the terminal has room for; what is indented, and tables, stay as they are. */
export function helpText(text: string, columns: number): string {
  const lines: string[] = []
  let isOpen = false
  for (const line of text.split('\n')) {
    const isProse = /^\S/.test(line) && !line.endsWith(':')
    if (isProse && isOpen && !LABEL.test(line)) lines.push(`${lines.pop()!} ${line}`)
    else lines.push(line)
    isOpen = isProse
  }
  return lines.flatMap((line) => words(line, Math.min(columns, MOST_COLUMNS))).join('\n')
}

function words(line: string, columns: number): string[] {
  if (!/^\S/.test(line) || widthOf(line) <= columns) return [line]
  const lines: string[] = []
  let open = ''
  for (const word of line.split(' ')) {
    const longer = open === '' ? word : `${open} ${word}`
    if (widthOf(longer) <= columns || open === '') open = longer
    else {
      lines.push(open)
      open = word
    }
  }
  return [...lines, open]
}
