import { must, type Requirement } from '../judge.ts'
import { bytesOf, GOOD, MEDIA_TYPES, request, SIGNALS } from '../messages.ts'
import type { Answer } from '../target.ts'

const section = 'Browsers'
const HEADERS = ['content-type', 'authorization', 'traceparent', 'tracestate', 'baggage']

const list = (value: string | string[] | undefined): string[] =>
  String(value ?? '')
    .toLowerCase()
    .split(',')
    .map((word) => word.trim())

function allowsOrigin(answer: Answer, origin: string): void {
  const allowed = answer.headers['access-control-allow-origin']
  must(answer, `access-control-allow-origin: ${origin}`, allowed === origin || allowed === '*')
}

export const CORS: Requirement[] = [
  {
    section,
    text: `a page may ask whether it may send, with ${HEADERS.join(', ')}`,
    async check(target) {
      const { origin } = target.options
      for (const signal of SIGNALS) {
        const headers = {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': HEADERS.join(','),
          // A browser asks without credentials.
          authorization: null,
        }
        const answer = await target.ask({ method: 'OPTIONS', path: `/v1/${signal}`, headers })
        must(answer, 'status 200 or 204', answer.status === 200 || answer.status === 204)
        allowsOrigin(answer, origin)
        const methods = list(answer.headers['access-control-allow-methods'])
        must(
          answer,
          'POST among access-control-allow-methods',
          methods.includes('post') || methods.includes('*'),
        )
        const allowed = list(answer.headers['access-control-allow-headers'])
        const missing = HEADERS.filter((name) => !allowed.includes(name))
        // A star does not stand for authorization.
        must(answer, `access-control-allow-headers with ${missing.join(', ')}`, missing.length === 0)
      }
    },
  },
  {
    section,
    text: 'a page may read the answer, and the refusal',
    async check(target) {
      const { origin } = target.options
      for (const signal of SIGNALS) {
        const taken = await target.export(signal, 'json', request(signal, [GOOD[signal]()]), { origin })
        must(taken, 'status 200', taken.status === 200)
        allowsOrigin(taken, origin)
        const headers = { origin, 'content-type': MEDIA_TYPES.json }
        const body = bytesOf(signal, 'json', request(signal, [GOOD[signal]()])).subarray(0, -3)
        allowsOrigin(await target.ask({ path: `/v1/${signal}`, headers, body }), origin)
      }
    },
  },
]
