import { expect, onTestFinished } from 'vitest'
import type { Json, TestCollector } from './collector.ts'

export interface Message {
  id: string
  event: Json
}

export interface EventStream {
  /** The next messages; fewer when the stream ends. */
  take(count: number): Promise<Message[]>
  /** What a client would send as Last-Event-ID now. */
  lastId(): string
  close(): void
}

/** Opens a live stream, as a browser does. */
export async function openStream(
  hub: TestCollector,
  query = '',
  headers: Record<string, string> = {},
  path = '/api/v1/hub/stream',
): Promise<EventStream> {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const response = await fetch(`${hub.url}${path}${query}`, { headers, signal: stop.signal })
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ])
  let last = ''
  // Its reader is taken at once: a body that nobody reads is given up with its response.
  const messages = parse(response.body!.values(), (id) => (last = id))
  return {
    async take(count) {
      const taken: Message[] = []
      while (taken.length < count) {
        const { value, done } = await messages.next()
        if (done) break
        taken.push(value)
      }
      return taken
    },
    lastId: () => last,
    close: () => stop.abort(),
  }
}

/** Blocks of lines with an id and data; one without data only moves the id on. */
async function* parse(
  body: AsyncIterable<Uint8Array>,
  moved: (id: string) => void,
): AsyncGenerator<Message, void> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end)
      text = text.slice(end + 2)
      const id = /^id: (.*)$/m.exec(block)?.[1]
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (id !== undefined) moved(id)
      if (id !== undefined && data !== undefined) yield { id, event: JSON.parse(data) }
    }
  }
}
