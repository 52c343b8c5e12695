import type { Frame, Stack } from './cpu-profile.ts'

/** In the order in which they are shown. */
export const GROUPS = [
  'the adapter: being first, routes, errors',
  'the exchange: begin, context, end',
  'the event as JSON',
  'the span as OTLP, and what is measured',
  'the queue and sending',
  'collecting garbage, of everybody',
  'the app and its framework',
  "Node's HTTP server",
  "Node's native code and the system",
] as const
export type Group = (typeof GROUPS)[number]

/** Whose a function is; what is none of these is its caller's: bytes, ids, redaction, and Node's own functions. */
const OWNERS: readonly [file: RegExp, group: Group][] = [
  [/^core\/src\/(exchange|context|process|hub)/, 'the exchange: begin, context, end'],
  [/^core\/src\/events\//, 'the event as JSON'],
  [/^core\/src\/(otel|otlp)\//, 'the span as OTLP, and what is measured'],
  [/^core\/src\/(client|lifecycle)\//, 'the queue and sending'],
  // The app itself calls nobody.
  [/^node:_http_(client|agent)/, 'the queue and sending'],
  [/^core\//, 'the exchange: begin, context, end'],
  [/^(express|fastify|nestjs)\/src\//, 'the adapter: being first, routes, errors'],
  [/^node:(_http_|internal\/stream_base|internal\/http)/, "Node's HTTP server"],
]
const CALLERS = /^core\/src\/(bytes|wire|clock)|^node:(?!_http_|internal\/stream_base|internal\/http)|^$/

export function groupOf({ frames }: Stack): Group {
  const last = frames.at(-1)!
  if (last.name === '(garbage collector)') return 'collecting garbage, of everybody'
  if (last.name === '(program)') return "Node's native code and the system"
  const owner = frames.findLast(({ file }) => !CALLERS.test(file))
  if (!owner) return "Node's native code and the system"
  return OWNERS.find(([file]) => file.test(owner.file))?.[1] ?? 'the app and its framework'
}

/** Shares of all time, by group. */
export function groupShares(stacks: readonly Stack[]): Map<Group, number> {
  return shares(stacks, groupOf)
}

/** Shares of all time that our own functions take themselves, the largest first. */
export function ownShares(stacks: readonly Stack[], most: number): [name: string, share: number][] {
  const all = shares(stacks, ({ frames }) => nameOf(frames.at(-1)!))
  return [...all]
    .filter(([name]) => /^(core|express|fastify|nestjs)\/src\//.test(name))
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
}

const nameOf = ({ file, name }: Frame): string => `${file} ${name}`

function shares<Key>(stacks: readonly Stack[], keyOf: (stack: Stack) => Key): Map<Key, number> {
  const total = stacks.reduce((sum, { micros }) => sum + micros, 0)
  const found = new Map<Key, number>()
  for (const stack of stacks) {
    const key = keyOf(stack)
    found.set(key, (found.get(key) ?? 0) + stack.micros / total)
  }
  return found
}
