import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { buffer, text } from 'node:stream/consumers'

export interface Ask {
  method?: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
}

export interface Answered {
  status: number
  /** As they came, names in their own case, in their own order. */
  headers: [name: string, value: string][]
  body: Buffer
}

/** One request on a connection of its own. Rejects when the connection breaks. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answered> {
  const sent = body === undefined ? undefined : JSON.stringify(body)
  const type = sent === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: { ...type, ...headers }, agent: false }, (response) =>
      answered(response).then(resolve, reject),
    )
    outgoing.once('error', reject).end(sent)
  })
}

/** A GET with a body that comes in two parts, the second when the request was `reached`. */
export function askInTwo(url: string, reached: () => Promise<unknown>): Promise<Answered> {
  const headers = { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, agent: false }, (response) =>
      answered(response).then(resolve, reject),
    )
    outgoing.once('error', reject)
    outgoing.write('one')
    reached().then(() => outgoing.end('two'), reject)
  })
}

/** The JSON of an answer. */
export function json(answer: Answered): unknown {
  return JSON.parse(answer.body.toString())
}

/** The value of a header, by its lower-case name. */
export function headerOf(answer: Answered, name: string): string | undefined {
  return answer.headers.find(([key]) => key.toLowerCase() === name)?.[1]
}

/** Begins a request and returns what breaks its connection; for handlers that never answer. */
export function askAndLeave(url: string): () => void {
  const outgoing = request(url, { agent: false })
  outgoing.on('error', () => {})
  outgoing.end()
  return () => outgoing.destroy()
}

/** Announces a body of JSON, sends its beginning and resets the connection; resolves when that is gone. */
export async function cutUpload(url: string): Promise<void> {
  const { hostname, port, host, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  const closed = once(socket, 'close')
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    'Content-Length: 50',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n{"n"`, () => setImmediate(() => socket.resetAndDestroy()))
  await closed
}

/** Begins a request; once `text` has come, gives what breaks its connection. */
export function begin(url: string, text: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false }, (response) => {
      let come = ''
      response.on('error', () => {})
      response.on('data', (chunk) => {
        come += chunk
        if (!come.includes(text)) return
        // What is not read holds up the rest of a long answer.
        response.pause()
        resolve(() => outgoing.destroy())
      })
      response.once('end', () => reject(new Error(`the answer ended without ${text}`)))
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

/** Asks for another protocol; what the server says in it, up to its end. */
export function upgrade(url: string, protocol: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'Upgrade', upgrade: protocol }
    const outgoing = request(url, { headers, agent: false }, () => reject(new Error('not upgraded')))
    outgoing.on('error', reject)
    outgoing.once('upgrade', (_response, socket, head) => {
      text(socket).then((rest) => resolve(head.toString() + rest), reject)
    })
    outgoing.end()
  })
}

/** Sends all requests at once over one connection; what comes back, up to its end. */
export function pipeline(url: string, paths: readonly string[]): Promise<string> {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname)
  const last = paths.length - 1
  const requests = paths.map((path, index) => {
    const connection = index === last ? 'close' : 'keep-alive'
    return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: ${connection}\r\n\r\n`
  })
  socket.write(requests.join(''))
  return text(socket)
}

async function answered(response: IncomingMessage): Promise<Answered> {
  const { statusCode, rawHeaders } = response
  return { status: statusCode!, headers: pairs(rawHeaders), body: await buffer(response) }
}

function pairs(raw: readonly string[]): [string, string][] {
  const result: [string, string][] = []
  for (let at = 0; at < raw.length; at += 2) result.push([raw[at]!, raw[at + 1]!])
  return result
}
