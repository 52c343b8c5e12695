import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const APP = fileURLToPath(new URL('app.mjs', import.meta.url))
/** MiB for new objects: so much is made before anything is collected. */
const ROOM_MIB = 256
const CONNECTIONS = 4

/** What the process of an app has at one moment. */
export interface Counted {
  heapUsed: number
  /** Since the counting began. */
  collections: number
  listeners: number
  listenersOfSockets: number[]
  /** Of a request and its response together. */
  listenersOfMessages: number
  timers: number
}

export interface CountedApp {
  pid: number
  /** Asks so many times, over a few connections that are kept. */
  ask(requests: number): Promise<void>
  begin(): Promise<void>
  count(): Promise<Counted>
  /** Bytes of the heap after collections of young objects alone. */
  youngCollected(): Promise<number>
  emit(events: number): Promise<void>
  flush(): Promise<void>
}

/** The app of app.mjs in a process of its own, which ends with the test. */
export async function countedApp(env: Record<string, string>): Promise<CountedApp> {
  const child = fork(APP, {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    execArgv: ['--expose-gc', `--min-semi-space-size=${ROOM_MIB}`, `--max-semi-space-size=${ROOM_MIB}`],
    stdio: 'inherit',
  })
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  onTestFinished(async () => {
    agent.destroy()
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  })
  const answer = async <T>(): Promise<T> => ((await once(child, 'message')) as [{ answer: T }])[0].answer
  const tell = <T>(...task: [string, ...unknown[]]): Promise<T> => {
    const answered = answer<T>()
    child.send(task)
    return answered
  }
  const port = await answer<number>()
  const one = (n: number) =>
    new Promise<void>((resolve, reject) => {
      const asking = get(`http://127.0.0.1:${port}/orders/${n}`, { agent }, (response) => {
        response.resume().once('end', resolve)
      })
      asking.once('error', reject)
    })
  return {
    pid: child.pid!,
    async ask(requests) {
      let next = 0
      const loops = Array.from({ length: CONNECTIONS }, async () => {
        while (next < requests) await one(next++)
      })
      await Promise.all(loops)
    },
    begin: () => tell('begin'),
    count: () => tell<Counted>('count'),
    youngCollected: () => tell<number>('youngCollected'),
    emit: (events) => tell('emit', events),
    flush: () => tell('flush'),
  }
}
