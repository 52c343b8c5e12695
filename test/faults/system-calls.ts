import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { ensureDebian } from '../support/debian.ts'

const WATCHED = 'openat,write,pwrite64,fsync,fdatasync,/rename,/unlink'

/** One system call of any thread; `from` and `to` are lines of the trace: a call that ended at 4 was over before one from 5. */
interface Call {
  name: string
  /** Every path in it, of open files too, in its order. */
  paths: string[]
  text: string
  from: number
  to: number
}

/** Whether the system calls of a child can be watched here; installs strace where that is allowed. */
export async function canTrace(): Promise<boolean> {
  const works = async (): Promise<boolean> => {
    try {
      execFileSync('strace', ['-f', '-o', '/dev/null', 'true'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  }
  return ensureDebian(['strace'], works).then(
    () => true,
    () => false,
  )
}

/** The command that runs node with `args` and writes its system calls to `trace`. */
export function traced(trace: string, args: readonly string[]): [string, string[]] {
  const watch = ['-f', '-y', '-qq', '-s', '200', '-e', `trace=${WATCHED}`, '-e', 'signal=none']
  return ['strace', [...watch, '-o', trace, process.execPath, ...args]]
}

/** What was done before it was durable, according to the kernel; empty when everything was done in order. */
export async function breachesIn(trace: string): Promise<string[]> {
  const calls = parse(await readFile(trace, 'utf8'))
  return [...removedTooEarly(calls), ...countedTooEarly(calls)]
}

/** Segments that were removed although no pointer past them was durable. */
function removedTooEarly(calls: readonly Call[]): string[] {
  return calls
    .filter(({ name, paths }) => name.startsWith('unlink') && paths[0]?.endsWith('.spool'))
    .filter((unlink) => {
      const [number, signal] = basename(unlink.paths[0]!).split('.')
      const pointer = `${dirname(unlink.paths[0]!)}/pointer.${signal}`
      return !calls.some((rename) => {
        if (!rename.name.startsWith('rename') || rename.paths[1] !== pointer) return false
        const write = lastWrite(calls, `${pointer}.new`, rename.from)
        const reaches = Number(/segment\\":(\d+)/.exec(write?.text ?? '')?.[1])
        if (!(reaches > Number(number))) return false
        const written = synced(calls, `${pointer}.new`, write!.to, rename.from)
        return written && synced(calls, dirname(pointer), rename.to, unlink.from)
      })
    })
    .map(({ paths }) => `removes ${basename(paths[0]!)} before the pointer past it is durable`)
}

/** Segments that were counted as kept, in a file that ends with `.kept`, before they were durable. */
function countedTooEarly(calls: readonly Call[]): string[] {
  const counts = calls.filter(({ name, paths }) => name === 'write' && paths[0]?.endsWith('.kept'))
  const made = calls.filter(({ name, text, paths }) => {
    return name === 'openat' && text.includes('O_CREAT') && paths.at(-1)?.endsWith('.spool')
  })
  return made.flatMap((open) => {
    const file = open.paths.at(-1)!
    const counted = counts.find((count) => count.from > open.to)
    if (!counted) return []
    const write = lastWrite(calls, file, counted.from)
    const durable =
      write !== undefined &&
      synced(calls, file, write.to, counted.from) &&
      synced(calls, dirname(file), open.to, counted.from)
    return durable ? [] : [`counts ${basename(file)} as kept before it is durable`]
  })
}

function lastWrite(calls: readonly Call[], file: string, before: number): Call | undefined {
  return calls.findLast(({ name, paths, to }) => /write/.test(name) && paths[0] === file && to < before)
}

function synced(calls: readonly Call[], path: string, after: number, before: number): boolean {
  return calls.some(({ name, paths, from, to }) => {
    return /^f(data)?sync$/.test(name) && paths[0] === path && from > after && to < before
  })
}

function parse(trace: string): Call[] {
  const calls: Call[] = []
  const unfinished = new Map<string, Call>()
  for (const [line, text] of trace.split('\n').entries()) {
    const [, thread, rest] = /^(\d+) +(.*)$/.exec(text) ?? []
    if (thread === undefined || rest === undefined) continue
    if (rest.startsWith('<... ')) {
      const call = unfinished.get(thread)
      unfinished.delete(thread)
      if (call) Object.assign(call, finished(call.text + rest), { to: line })
      continue
    }
    const name = /^\w+/.exec(rest)?.[0]
    if (name === undefined) continue
    const call: Call = { name, from: line, to: line, ...finished(rest) }
    if (rest.includes('<unfinished ...>') || rest.endsWith('= ?')) call.to = Infinity
    if (call.to === Infinity) unfinished.set(thread, call)
    calls.push(call)
  }
  return calls.filter(({ text }) => !/= -1 E/.test(text))
}

/** Paths stand in quotes, or behind the number of an open file. */
function finished(text: string): Pick<Call, 'text' | 'paths'> {
  const paths = [...text.matchAll(/"(\/[^"]*)"|\d<(\/[^>]*)>/g)].map(([, named, open]) => (named ?? open)!)
  return { text, paths }
}
