import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { isInformational, readAnswers } from './answers.ts'
import { type Answer, type Ask, methodsOf, type Step } from './step.ts'

/** Where an app listens: a port of 127.0.0.1, or the path of a socket. */
export type Address = number | string

/** Takes a step and gives all that came back. */
export async function take(address: Address, step: Step): Promise<Answer[]> {
  if ('http2' in step) return [await askHttp2(address as number, step.http2)]
  const socket = typeof address === 'number' ? connect(address, '127.0.0.1') : connect(address)
  // What the server sent before it broke the connection counts, and nothing else.
  socket.on('error', () => {})
  const methods = methodsOf(step)
  const come = collect(socket)
  if ('bytes' in step) socket.write(step.bytes)
  else if ('upgrade' in step) {
    socket.write(encode(step.upgrade, false))
    await come.until((answers) => answers.length > 0)
    socket.write(step.say)
  } else if ('inTurn' in step) {
    for (const [index, ask] of step.inTurn.entries()) {
      socket.write(encode(ask, index === step.inTurn.length - 1))
      await come.until((answers) => answers.filter(isFinal).length > index)
    }
  } else {
    const asks = 'together' in step ? step.together : [step]
    socket.write(Buffer.concat(asks.map((ask, index) => encode(ask, index === asks.length - 1))))
  }
  if (!('bytes' in step || 'upgrade' in step)) {
    // Some answers keep a connection that was to be closed.
    await come.until((answers) => answers.filter(isFinal).length >= methods.length)
    socket.end()
  }
  await come.closed
  return readAnswers(come.text(), methods, true)

  function collect(from: Socket) {
    let received = ''
    const closed = once(from, 'close')
    from.setEncoding('latin1').on('data', (chunk: string) => void (received += chunk))
    // A server that ends its side waits for ours.
    from.on('end', () => from.end())
    async function until(enough: (answers: Answer[]) => boolean): Promise<void> {
      while (!from.closed && !enough(readAnswers(received, methods, false))) {
        await Promise.race([once(from, 'data').catch(() => {}), closed])
      }
    }
    return { closed, until, text: () => received }
  }
}

const isFinal = (answer: Answer): boolean => answer.whole && !isInformational(answer)

function encode(
  { method = 'GET', path, headers = {}, body, chunks, trailers, version = '1.1' }: Ask,
  last: boolean,
): Buffer {
  const names = Object.keys(headers).map((name) => name.toLowerCase())
  const length = body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }
  const all = {
    ...(!names.includes('host') && { Host: 'shop.test' }),
    ...headers,
    ...(!names.includes('content-length') && length),
    ...(chunks && { 'Transfer-Encoding': 'chunked' }),
    ...(last && !names.includes('connection') && { Connection: 'close' }),
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `${method} ${path} HTTP/${version}\r\n${lines.join('')}\r\n`
  const framed = chunks?.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`)
  const end = Object.entries(trailers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`)
  const after = framed ? `${framed.join('')}0\r\n${end.join('')}\r\n` : (body ?? '')
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(after)])
}

async function askHttp2(port: number, { method = 'GET', path, headers, body }: Ask): Promise<Answer> {
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  const stream = session.request({ ':method': method, ':path': path, ':authority': 'shop.test', ...headers })
  stream.end(body)
  let trailers = ''
  stream.on('trailers', (fields) => void (trailers = written(fields)))
  const [fields] = (await once(stream, 'response')) as [object]
  const answer = { head: written(fields), body: await text(stream), trailers: '', whole: true }
  session.close()
  await once(session, 'close')
  return { ...answer, trailers }
}

function written(fields: object): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${name === 'date' ? '*' : String(value)}`)
    .join('\n')
}
