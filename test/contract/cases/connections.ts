import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { describe, expect } from 'vitest'
import { ask, begin, upgrade } from '../../support/http.ts'
import type { Harness } from '../harness.ts'
import { DOWNLOAD } from '../scenario.ts'
import { story } from '../story.ts'

/** Answers that take long, and connections that end as no answer does. */
export function connectionCases({ contract, start }: Harness): void {
  describe('a connection', () => {
    contract('with server-sent events is one event, when they end', async () => {
      const { sink, app, end } = await start()
      const answer = await ask(`${app.url}/events`)
      const data = answer.body.toString().match(/data: \w+/g)
      expect(data).toEqual(['data: one', 'data: two', 'data: three'])
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET /events', outcome: 'ok', status: 200 })
      expect(sink.ofType('ErrorReported')).toEqual([])
    })

    contract('with server-sent events is one event, when the client leaves them', async () => {
      const { sink, app, end } = await start()
      const leave = await begin(`${app.url}/events/endless`, 'data: one')
      expect(sink.ofType('InteractionDetected')).toEqual([])
      leave()
      await sink.event('InteractionDetected')
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET /events/endless', outcome: 'aborted' })
      expect(sink.ofType('ErrorReported')).toEqual([])
    })

    contract('with a long download is one event, and every byte arrives', async () => {
      const { sink, app, end } = await start()
      const { body } = await ask(`${app.url}/download`)
      expect(body.length).toBe(DOWNLOAD.length * DOWNLOAD[0]!.length)
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET /download', outcome: 'ok', status: 200 })
      expect(sink.ofType('ErrorReported')).toEqual([])
    })

    contract('with a long download was aborted when its client leaves', async () => {
      const { sink, app, end } = await start()
      const leave = await begin(`${app.url}/download`, 'x')
      leave()
      await sink.event('InteractionDetected')
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET /download', outcome: 'aborted' })
      expect(sink.ofType('ErrorReported')).toEqual([])
    })

    contract('that is upgraded is no request, and leaves none behind', async () => {
      const { sink, app, end } = await start()
      app.server.on('upgrade', (_request: IncomingMessage, socket: Duplex) => {
        socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nhello')
      })
      expect(await upgrade(`${app.url}/ok`, 'echo')).toBe('hello')
      expect((await ask(`${app.url}/users/7`)).status).toBe(200)
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET /users/:id', outcome: 'ok' })
    })

    contract('that the server gives up has timed out', async () => {
      const { sink, app, end } = await start()
      app.server.setTimeout(50)
      await expect(ask(`${app.url}/abort`)).rejects.toThrow()
      await sink.event('InteractionDetected')
      await end()
      const [event, span] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET /abort', outcome: 'timeout' })
      expect(span.attributes).toMatchObject({ 'error.type': 'timeout' })
      expect(sink.ofType('ErrorReported')).toEqual([])
    })
  })
}
