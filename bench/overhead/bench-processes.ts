import { fileURLToPath } from 'node:url'
import type { ChildProcess } from 'node:child_process'
import { messageOf, startProcess } from '../ingest/processes.ts'
import type { LoadOrder, LoadResult } from './load.ts'
import type { Told } from './protocols.ts'

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** The processes that stand around the apps for the whole run, on a core of their own. */
export interface Surroundings {
  sinkUrl: string
  /** A collector that answers late, by way of this address. */
  slowUrl: string
  load(order: LoadOrder): Promise<LoadResult>
  /** How many requests the sink was told of since it was cleared. */
  sinkCount(): Promise<Told>
  clearSink(): Promise<void>
  slowTo(collector: string): Promise<void>
  end(): void
}

export async function startSurroundings(core: string): Promise<Surroundings> {
  const all = ['load.ts', 'sink.ts', 'slow-door.ts'].map((file) => startProcess(here(file), core))
  const [load, sink, door] = all as [ChildProcess, ChildProcess, ChildProcess]
  const [sinkAt, doorAt] = (await Promise.all([messageOf(sink), messageOf(door)])) as { url: string }[]
  let fail: (error: Error) => void
  const failed = new Promise<never>((_, reject) => (fail = reject))
  failed.catch(() => undefined)
  for (const child of all)
    child.once('exit', (code) => fail(new Error(`a process of the bench ended with ${code}`)))
  const ask = (child: ChildProcess, message: object | string): Promise<unknown> => {
    const answered = new Promise((resolve) => child.once('message', resolve))
    child.send(message)
    return Promise.race([answered, failed])
  }
  return {
    sinkUrl: sinkAt!.url,
    slowUrl: doorAt!.url,
    load: async (order) => (await ask(load, order)) as LoadResult,
    sinkCount: async () => (await ask(sink, 'count')) as Told,
    clearSink: async () => void (await ask(sink, 'clear')),
    slowTo: async (collector) => void (await ask(door, collector)),
    end: () => all.forEach((child) => child.disconnect()),
  }
}
