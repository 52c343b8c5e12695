import { parseV8Stack, type StackFrame } from '@hubline/core/wire'
import { parseDotnetStack } from './dotnet.ts'
import { parseGoStack } from './go.ts'
import { parseJavaStack } from './java.ts'
import { parsePythonStack } from './python.ts'

/** V8 first: what it can read is read as our clients read it, so that both come to the same fingerprint. */
const PARSERS = [parseV8Stack, parsePythonStack, parseJavaStack, parseGoStack, parseDotnetStack]

/**
 * The calls of a stack of whichever runtime it is, innermost first, without those of its causes; none where it is of no
 * known one.
 */
export function parseStack(stack: string): StackFrame[] {
  if (stack === '') return []
  for (const parse of PARSERS) {
    const frames = parse(stack)
    if (frames.length > 0) return frames
  }
  return []
}
