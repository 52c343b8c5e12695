import { fullSuccess, must, refused, told, Unmet, type Requirement } from '../judge.ts'
import { ENCODINGS, GOOD, MEDIA_TYPES, request, SIGNALS } from '../messages.ts'

const section = 'Paths, methods and types'
const METHODS = ['GET', 'PUT', 'DELETE', 'PATCH'] as const
const BODY = new Uint8Array([0x7b, 0x7d])

export const ROUTES: Requirement[] = SIGNALS.flatMap((signal): Requirement[] => [
  ...ENCODINGS.map(
    (encoding) =>
      ({
        section,
        text: `POST /v1/${signal} takes ${MEDIA_TYPES[encoding]} and answers in it`,
        async check(target) {
          const body = request(signal, [GOOD[signal](), GOOD[signal]()])
          fullSuccess(await target.export(signal, encoding, body), signal, encoding)
        },
      }) satisfies Requirement,
  ),
  ...ENCODINGS.map(
    (encoding) =>
      ({
        section,
        text: `POST /v1/${signal} takes ${MEDIA_TYPES[encoding]} with parameters`,
        async check(target) {
          for (const parameters of ['; charset=utf-8', ';charset="UTF-8"', '; proto=x; charset=utf-8']) {
            const headers = { 'content-type': MEDIA_TYPES[encoding] + parameters }
            const body = request(signal, [GOOD[signal]()])
            fullSuccess(await target.export(signal, encoding, body, headers), signal, encoding)
          }
        },
      }) satisfies Requirement,
  ),
  {
    section,
    text: `POST /v1/${signal} of another type, or of none, is a 415`,
    async check(target) {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', null]) {
        const answer = await target.ask({
          path: `/v1/${signal}`,
          headers: { 'content-type': type },
          body: BODY,
        })
        must(answer, 'status 415', answer.status === 415)
      }
    },
  },
  {
    section,
    text: `methods other than POST on /v1/${signal} are a 405`,
    async check(target) {
      for (const method of METHODS) {
        const answer = await target.ask({ method, path: `/v1/${signal}` })
        must(answer, 'status 405', answer.status === 405)
      }
      const head = await target.ask({ method: 'HEAD', path: `/v1/${signal}` })
      if (head.status !== 405) throw new Unmet(head.sent, 'status 405', told(head))
    },
  },
  ...ENCODINGS.map(
    (encoding) =>
      ({
        section,
        text: `a 405 on /v1/${signal} is a Status in ${MEDIA_TYPES[encoding]} to who speaks that`,
        async check(target) {
          const headers = { 'content-type': MEDIA_TYPES[encoding] }
          refused(
            await target.ask({ method: 'PUT', path: `/v1/${signal}`, headers, body: BODY }),
            [405],
            encoding,
          )
        },
      }) satisfies Requirement,
  ),
])
