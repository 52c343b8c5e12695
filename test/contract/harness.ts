import type { Coverage, HubOptions } from '@hubline/core'
import { onTestFinished, type TaskMeta, test } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import type { Adapter, Lines, MountedApp } from './adapter.ts'

export interface Started {
  app: MountedApp
  /** The app's own name at the hub. */
  source: string
  /** Closes the app; resolves when all that it had to say was said and delivered. */
  end(): Promise<void>
}

declare module 'vitest' {
  interface TaskMeta {
    /** Why a framework cannot have a case. */
    reason?: string
    /** What a hub says of its capture. */
    coverage?: readonly Coverage[]
  }
}

/** What the cases are made with; whatever they start ends with their test. */
export interface Harness {
  adapter: Adapter
  /** A test, or the reason why this framework cannot have it. */
  contract(name: string, run: (meta: TaskMeta) => Promise<void>): void
  /** An app of its own name, and the hub it reports to. */
  start(options?: HubOptions, lines?: Lines): Promise<Started & { sink: HubSink }>
  /** An app with a hub of the caller's, or none. */
  mount(options: HubOptions, lines?: Lines): Promise<Started>
  /** Skips that no case has asked for. */
  unused: ReadonlySet<string>
}

let services = 0

export function harnessOf(adapter: Adapter): Harness {
  const unused = new Set(Object.keys(adapter.skips ?? {}))

  function contract(name: string, run: (meta: TaskMeta) => Promise<void>): void {
    const reason = adapter.skips?.[name]
    unused.delete(name)
    if (reason === undefined) return void test(name, ({ task }) => run(task.meta))
    console.info(`${adapter.name} cannot have "${name}": ${reason}`)
    test.skip(name, { meta: { reason } }, () => {})
  }

  async function start(options: HubOptions = {}, lines?: Lines): Promise<Started & { sink: HubSink }> {
    const sink = await HubSink.open()
    const app = await mount({ url: sink.url, ...options }, lines)
    onTestFinished(() => sink.close())
    return { sink, ...app }
  }

  async function mount(options: HubOptions, lines?: Lines): Promise<Started> {
    const source = `contract-${++services}`
    const app = await adapter.mount({ source, batchTimeout: 5, logLevel: 'silent', ...options }, lines)
    let ended = false
    const end = async (): Promise<void> => {
      if (ended) return
      ended = true
      await app.close()
      await app.hub.flush()
    }
    onTestFinished(async () => {
      await end()
      await app.hub.close(0)
    })
    return { app, end, source }
  }

  return { adapter, contract, start, mount, unused }
}
