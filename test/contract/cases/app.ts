import { describe, expect, onTestFinished } from 'vitest'
import { type Answered, ask, headerOf, json } from '../../support/http.ts'
import type { Adapter, BareApp } from '../adapter.ts'
import type { Harness } from '../harness.ts'
import { ROUTES } from '../scenario.ts'
import { TRACE } from '../story.ts'

/** Routes that answer with what Hubline says, or that have no whole answer. */
const INCOMPARABLE = [
  '/echo',
  '/headers',
  '/ids',
  '/raw',
  '/calls/:port',
  '/abort',
  '/broken-stream',
  '/spill',
  '/late',
  '/events/endless',
]

/** That the app does not notice. */
export function appCases({ contract, start, mount, adapter }: Harness): void {
  async function mountBare(): Promise<BareApp> {
    const bare = await adapter.mountBare()
    const { stackTraceLimit } = Error
    // A development answer shows the stack, in which every middleware has its frames; but not at the top.
    Error.stackTraceLimit = 1
    onTestFinished(() => {
      Error.stackTraceLimit = stackTraceLimit
      return bare.close()
    })
    return bare
  }

  describe('the app', () => {
    contract('answers byte for byte as it does without the line', async () => {
      const bare = await mountBare()
      const { app } = await start()
      const inert = await mount({ url: undefined })
      for (const { method, path } of comparable(adapter)) {
        const body = method === 'POST' ? { n: 1 } : undefined
        const expected = answerOf(await ask(bare.url + path, { method, body }))
        expect([path, answerOf(await ask(app.url + path, { method, body }))]).toEqual([path, expected])
        expect([path, answerOf(await ask(inert.app.url + path, { method, body }))]).toEqual([path, expected])
      }
    })

    contract('gets the correlation header when it asks for it, and nothing else', async () => {
      const bare = await mountBare()
      const { app } = await start({ correlationHeader: true })
      for (const path of ['/ok', '/throw', '/nowhere', '/stream']) {
        const answer = await ask(app.url + path, { headers: TRACE })
        expect([path, headerOf(answer, 'x-correlation-id')]).toEqual([path, 'order-77'])
        answer.headers = answer.headers.filter(([name]) => name.toLowerCase() !== 'x-correlation-id')
        const expected = answerOf(await ask(bare.url + path, { headers: TRACE }))
        expect([path, sorted(answerOf(answer))]).toEqual([path, sorted(expected)])
      }
    })

    contract('is at ease with options that cannot be used', async () => {
      const lines: string[] = []
      const say = (line: string): void => {
        lines.push(line)
        throw new Error('no room for lines')
      }
      const logger = { error: say, warn: say, info: say, debug: say }
      const { app } = await mount({ url: 'nonsense', batchSize: -1, logLevel: 'warn', logger })
      expect((await ask(`${app.url}/custom`)).status).toBe(200)
      expect(json(await ask(`${app.url}/headers`))).toEqual({})
      expect((await ask(`${app.url}/throw`)).status).toBe(500)
      expect(app.hub.capturing).toBe(false)
      expect(lines).toEqual([
        expect.stringContaining('option url: got "nonsense"'),
        expect.stringContaining('option batchSize: got "-1"'),
      ])
    })
  })
}

function comparable({ unanswered = [] }: Adapter): { method: string; path: string }[] {
  const routes = ROUTES.filter(({ path }) => !INCOMPARABLE.includes(path) && !unanswered.includes(path)).map(
    ({ method, path, under = [] }) => ({
      method: method as string,
      path: (under.join('') + path).replace(/:\w+/g, '7'),
    }),
  )
  return [
    ...routes,
    ...routes.filter(({ method }) => method === 'GET').map(({ path }) => ({ method: 'HEAD', path })),
    { method: 'GET', path: '/nowhere' },
    { method: 'POST', path: '/ok' },
    { method: 'OPTIONS', path: '/ok' },
    { method: 'GET', path: '/%E0%A4%A' },
    { method: 'GET', path: '/users/%E0%A4%A' },
  ]
}

function answerOf({ status, headers, body }: Answered): { status: number; headers: string[]; body: string } {
  const kept = headers.filter(([name]) => name.toLowerCase() !== 'date')
  return { status, headers: kept.map(([name, value]) => `${name}: ${value}`), body: body.toString('latin1') }
}

const sorted = (answer: ReturnType<typeof answerOf>) => ({ ...answer, headers: answer.headers.toSorted() })
