/** One call of a stack, innermost first. */
export interface StackFrame {
  /** As the runtime names it; empty where it has no name. */
  function: string
  /** File, class or module, as the stack says it. */
  file: string
  /** From 1; null where the stack does not say. */
  line: number | null
  column: number | null
  /** Whether it is the application's own code and not the runtime's or a library's. */
  in_app: boolean
}

const MAX_LINES = 300
const MAX_LINE_LENGTH = 1000
/** What our clients write between the stack of an error and that of its cause, and what `util.inspect` does. */
const CAUSE = /^(?:caused by: |\s*\[cause\]: )/
const FOREIGN = /^(?:node:|internal\/|native$|<anonymous>|index \d|eval at )|[\\/]node_modules[\\/]/

/**
 * The calls that a V8 stack tells of, without those of its causes; none for a stack of another runtime.
 *
 * @example
 * parseV8Stack('Error: no\n    at buy (file:///app/src/shop.js:10:5)')
 * // [{ function: 'buy', file: '/app/src/shop.js', line: 10, column: 5, in_app: true }]
 */
export function parseV8Stack(stack: string): StackFrame[] {
  const frames: StackFrame[] = []
  for (const line of linesOf(stack)) {
    if (CAUSE.test(line)) break
    const frame = readLine(line.trim())
    if (frame) frames.push(frame)
  }
  return frames
}

/** The lines of a stack, as many and as long as anyone reads. */
export function linesOf(stack: string): string[] {
  return stack.split(/\r?\n/, MAX_LINES).map((line) => line.slice(0, MAX_LINE_LENGTH))
}

function readLine(line: string): StackFrame | undefined {
  if (!line.startsWith('at ')) return undefined
  const call = line.slice(line.startsWith('at async ') ? 9 : 3)
  const bracket = call.endsWith(')') ? call.indexOf(' (') : -1
  const name = bracket < 0 ? '' : call.slice(0, bracket)
  const location = bracket < 0 ? call : call.slice(bracket + 2, -1)
  const position = /:(\d{1,9}):(\d{1,9})$/.exec(location)
  if (!position) {
    if (bracket < 0 || !FOREIGN.test(location)) return undefined
    return { function: name, file: location, line: null, column: null, in_app: false }
  }
  const file = location.slice(0, position.index).replace(/^file:\/\//, '')
  if (file === '') return undefined
  return {
    function: name,
    file,
    line: Number(position[1]),
    column: Number(position[2]),
    in_app: !FOREIGN.test(file),
  }
}
