import { linesOf, type StackFrame } from '@hubline/core/wire'

const HEADER = 'Traceback (most recent call last):'
const FRAME = /^\s*File "([^"]+)", line (\d{1,9})(?:, in (.+))?$/
const FOREIGN = /[\\/](?:site|dist)-packages[\\/]|[\\/]lib[\\/]python\d|^<frozen|^<string>$/

/** The calls of a Python traceback; of chained ones the last is what was raised. */
export function parsePythonStack(stack: string): StackFrame[] {
  const begin = stack.lastIndexOf(HEADER)
  if (begin < 0) return []
  const frames: StackFrame[] = []
  for (const line of linesOf(stack.slice(begin))) {
    const [, file, number, name = ''] = FRAME.exec(line) ?? []
    if (file === undefined) continue
    frames.push({
      function: name === '<module>' ? '' : name,
      file,
      line: Number(number),
      column: null,
      in_app: !FOREIGN.test(file),
    })
  }
  return frames.toReversed()
}
