import { linesOf, type StackFrame } from '@hubline/core/wire'

/** `at module/package.Class.method(File.java:12)`; the class names the file better than the file does. */
const FRAME =
  /^\s*at (?:[\w.@-]+\/{1,2})*([\w.$<>-]+)\.([\w$<>-]+)\((?:[\w$.-]+\.\w+|<\w+>|Unknown Source|Native Method)(?::(\d{1,9}))?\)$/
const CAUSE = /^\s*Caused by: /
const FOREIGN =
  /^(?:javax?|jakarta|jdk|sun|com\.sun|kotlinx?|scala|groovy|clojure|reactor|rx|io\.(?:netty|vertx|micrometer|opentelemetry|undertow)|org\.(?:springframework|apache|eclipse|hibernate|jboss|junit|postgresql|glassfish))\./
/** Numbers that a compiler or proxy makes up. */
const MADE_UP = /\$\$(?:Lambda|EnhancerBy|FastClassBy|SpringCGLIB).*$|\$\d+$/

/** The calls of a stack trace of the JVM. */
export function parseJavaStack(stack: string): StackFrame[] {
  const frames: StackFrame[] = []
  for (const line of linesOf(stack)) {
    if (CAUSE.test(line)) break
    const [, name, method, number] = FRAME.exec(line) ?? []
    if (name === undefined || method === undefined) continue
    frames.push({
      function: method.replace(MADE_UP, ''),
      file: name.replace(MADE_UP, ''),
      line: number === undefined ? null : Number(number),
      column: null,
      in_app: !FOREIGN.test(`${name}.`),
    })
  }
  return frames
}
