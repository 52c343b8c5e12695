import { linesOf, type StackFrame } from '@hubline/core/wire'

/** `at Shop.Cart.Add(Int32 id) in /src/Cart.cs:line 42`; the position only where there are symbols. */
const FRAME = /^\s*at ([\w.`<>+[\],|-]{1,400})\([^)]*\)(?: in (.+):line (\d{1,9}))?$/
const CAUSE = /^ *--- End of inner exception stack trace ---/
const FOREIGN = /^(?:System|Microsoft|Npgsql|MongoDB|Grpc|OpenTelemetry)\./
/** Async methods run as `<AddAsync>d__7.MoveNext`. */
const STATE_MACHINE = /\.?<(\w+)>[\w|$]*(?:\.MoveNext)?$/

/** The calls of a .NET stack trace; what stands before the end of an inner one is that of the cause. */
export function parseDotnetStack(stack: string): StackFrame[] {
  let frames: StackFrame[] = []
  for (const line of linesOf(stack)) {
    if (CAUSE.test(line)) frames = []
    const [, called, file, number] = FRAME.exec(line) ?? []
    if (called === undefined) continue
    const name = called.replace(STATE_MACHINE, '.$1')
    const type = name.slice(0, Math.max(0, name.lastIndexOf('.')))
    frames.push({
      function: name.slice(name.lastIndexOf('.') + 1),
      file: file ?? type,
      line: number === undefined ? null : Number(number),
      column: null,
      in_app: !FOREIGN.test(name),
    })
  }
  return frames
}
