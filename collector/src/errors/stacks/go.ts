import { linesOf, type StackFrame } from '@hubline/core/wire'

const POSITION = /^\t(.+\.(?:go|s)):(\d{1,9})(?: \+0x[\da-f]+)?$/
const FOREIGN_FILE = /[\\/]go[\\/]src[\\/]|[\\/]pkg[\\/]mod[\\/]|[\\/]vendor[\\/]|^_testmain\.go$/
const FOREIGN_CALL = /^(?:runtime|panic|testing|net\/http|created by runtime)[./(]|^panic$/

/** The calls of the first goroutine of a Go stack, as `debug.Stack()` gives it. */
export function parseGoStack(stack: string): StackFrame[] {
  const frames: StackFrame[] = []
  const lines = linesOf(stack)
  for (const [index, line] of lines.entries()) {
    const [, file, number] = POSITION.exec(line) ?? []
    if (file === undefined) {
      if (line === '' && frames.length > 0) break
      continue
    }
    const name = callee(lines[index - 1] ?? '')
    frames.push({
      function: name,
      file,
      line: Number(number),
      column: null,
      in_app: !FOREIGN_FILE.test(file) && !FOREIGN_CALL.test(name),
    })
  }
  return frames
}

/** `main.(*Shop).Buy(0xc000…)` without its arguments, which are addresses. */
function callee(line: string): string {
  const call = line.replace(/^created by /, '').replace(/ in goroutine \d+$/, '')
  const bracket = call.endsWith(')') ? call.lastIndexOf('(') : -1
  return bracket > 0 ? call.slice(0, bracket) : call
}
