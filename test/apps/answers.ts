import { type Answer, statusOf } from './step.ts'

const CRLF = '\r\n'

/**
 * Reads what came over a connection: an answer for each of `methods`, informational ones before theirs.
 *
 * @param text bytes as latin1
 * @param closed whether no more will come, which ends an answer of no stated length
 */
export function readAnswers(text: string, methods: readonly string[], closed: boolean): Answer[] {
  const answers: Answer[] = []
  let at = 0
  let answered = 0
  while (at < text.length) {
    const end = text.indexOf(CRLF + CRLF, at)
    if (end < 0) {
      answers.push({ head: text.slice(at), body: '', trailers: '', whole: false })
      break
    }
    const head = text.slice(at, end)
    const answer = readBody(text, end + 4, head, methods[answered] ?? 'GET', closed)
    answers.push(answer)
    if (!isInformational(answer)) answered++
    if (!answer.whole) break
    at = answer.next
  }
  return answers.map(({ head, body, trailers, whole }) => ({
    head: head.replace(/^date: .*$/gim, 'Date: *'),
    body,
    trailers,
    whole,
  }))
}

/** Of 100 to 199 only 101 is an answer. */
export function isInformational(answer: Answer): boolean {
  const status = statusOf(answer)
  return status < 200 && status !== 101
}

type Read = Answer & { next: number }

function readBody(text: string, from: number, head: string, method: string, closed: boolean): Read {
  const status = statusOf({ head } as Answer)
  const bare = { head, body: '', trailers: '', whole: true, next: from }
  if (status === 101) return { ...bare, body: text.slice(from), whole: closed, next: text.length }
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') return bare
  if (/^transfer-encoding: chunked$/im.test(head)) return readChunks(text, bare)
  const length = /^content-length: (\d+)$/im.exec(head)?.[1]
  const next = length === undefined ? text.length : from + Number(length)
  return {
    ...bare,
    body: text.slice(from, next),
    whole: length === undefined ? closed : next <= text.length,
    next,
  }
}

/** Where chunks begin and end depends on timing; what is in them does not. */
function readChunks(text: string, answer: Read): Read {
  let at = answer.next
  let body = ''
  while (true) {
    const line = text.indexOf(CRLF, at)
    const size = line < 0 ? Number.NaN : Number.parseInt(text.slice(at, line), 16)
    if (Number.isNaN(size)) return { ...answer, body, whole: false }
    at = line + 2
    if (size === 0) {
      const end = text.startsWith(CRLF, at) ? at : text.indexOf(CRLF + CRLF, at)
      if (end < 0) return { ...answer, body, whole: false }
      const trailers = text.slice(at, end)
      return { ...answer, body, trailers, next: end + (trailers ? 4 : 2) }
    }
    body += text.slice(at, at + size)
    if (at + size + 2 > text.length) return { ...answer, body, whole: false }
    at += size + 2
  }
}
