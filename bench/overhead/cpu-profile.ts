import { readFileSync } from 'node:fs'

/** A CPU profile as V8 writes it, as far as it is read here. */
export interface CpuProfile {
  nodes: ProfileNode[]
  samples: number[]
  /** Microseconds since the sample before. */
  timeDeltas: number[]
}

interface ProfileNode {
  id: number
  callFrame: { functionName: string; url: string; lineNumber: number }
  children?: number[]
}

/** A function of the profiled app. */
export interface Frame {
  name: string
  /** `core/src/exchange/run.ts`, `express/lib/router.js`, `node:events`; empty for native code. */
  file: string
}

/** What the processor did: a function and those that called it, the caller first; and for how many microseconds. */
export interface Stack {
  frames: Frame[]
  micros: number
}

/** What only the end of a process does. */
const LAST = 'core/src/process/'

/** Where the last `seconds` of a profile went, without what was idle and what ended the process. */
export function stacksOf({ nodes, samples, timeDeltas }: CpuProfile, seconds: number): Stack[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  )
  const micros = new Map<number, number>()
  let left = seconds * 1e6
  for (let at = samples.length - 1; at >= 0 && left > 0; at--) {
    const id = samples[at]!
    micros.set(id, (micros.get(id) ?? 0) + timeDeltas[at]!)
    left -= timeDeltas[at]!
  }
  return [...micros].flatMap(([id, time]) => {
    const frames: Frame[] = []
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at))
      frames.push(frameOf(byId.get(at)!))
    const passed = frames[0]!.name === '(idle)' || frames.some(({ file }) => file.startsWith(LAST))
    return passed ? [] : { frames: frames.toReversed(), micros: time }
  })
}

function frameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): Frame {
  const name = functionName === '' ? '(anonymous)' : functionName
  const own = /\/packages\/(\w+)\/dist\//.exec(url)
  if (own) return { name, file: `${own[1]}/${sourceOf(url, lineNumber)}` }
  return { name, file: url.replace(/^.*\/node_modules\//, '').replace(/^(file:)?\/.*\/bench\//, 'bench/') }
}

const regions = new Map<string, { line: number; file: string }[]>()

/** What is published is few files, in which a comment tells where each part comes from. */
function sourceOf(url: string, lineNumber: number): string {
  const path = url.replace(/^file:\/\//, '')
  let known = regions.get(path)
  if (!known) {
    known = readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((text, line) => (text.startsWith('//#region ') ? { line, file: text.slice(10) } : []))
    regions.set(path, known)
  }
  return known.findLast(({ line }) => line <= lineNumber)?.file ?? 'dist'
}
