import { must, NotSeen, refused, type Requirement } from '../judge.ts'
import { ENCODINGS, request, SIGNALS, span } from '../messages.ts'
import type { Answer } from '../target.ts'

const section = 'Errors and overload'
/** What a client may send again. */
const RETRYABLE = [429, 502, 503, 504]
const OVERLOADED = [429, 503]
/** A machine that is busy may send so slowly that the server keeps up. */
const BURSTS = 3

export const ERRORS: Requirement[] = ENCODINGS.flatMap((encoding): Requirement[] => [
  {
    section,
    text: `every refusal is a google.rpc.Status with a message, in ${encoding}`,
    async check(target) {
      for (const signal of SIGNALS) {
        const broken = Buffer.from('\x0a\x7f')
        refused(await target.export(signal, encoding, broken), [400], encoding)
        const unknown = { 'content-encoding': 'snappy' }
        refused(await target.export(signal, encoding, broken, unknown), [400, 415], encoding)
        const foreign = { 'content-encoding': 'gzip' }
        refused(await target.export(signal, encoding, broken, foreign), [400], encoding)
      }
    },
  },
  {
    section,
    text: `an overload is a 429 or 503 with Retry-After of 1 to 3 seconds and a Status, in ${encoding}`,
    async check(target) {
      const { requests, bytes } = target.options.burst
      const body = request('traces', [span({ name: 'x'.repeat(bytes) })])
      let overloaded: Answer[] = []
      for (let round = 0; round < BURSTS && overloaded.length === 0; round++) {
        const answers = await Promise.all(
          Array.from({ length: requests }, () => target.export('traces', encoding, body)),
        )
        overloaded = answers.filter(({ status }) => status !== 200)
      }
      for (const answer of overloaded) {
        must(answer, 'a status that clients try again', RETRYABLE.includes(answer.status))
        refused(answer, OVERLOADED, encoding)
        const after = Number(answer.headers['retry-after'])
        must(
          answer,
          `Retry-After from 1 to 3, not ${answer.headers['retry-after']}`,
          after >= 1 && after <= 3,
        )
      }
      if (overloaded.length === 0)
        throw new NotSeen(`took all of ${requests} requests at once, ${BURSTS} times; see --burst`)
    },
  },
])
