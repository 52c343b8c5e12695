import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { fullSuccess, refused, type Requirement } from '../judge.ts'
import { bytesOf, ENCODINGS, GOOD, request, SIGNALS, type Encoding, type Signal } from '../messages.ts'

const section = 'Compression and size'

const good = (signal: Signal, encoding: Encoding) =>
  bytesOf(signal, encoding, request(signal, [GOOD[signal](), GOOD[signal]()]))

const COMPRESSIONS = [
  { name: 'gzip', compress: gzipSync },
  { name: 'zstd', compress: zstdCompressSync, optional: true },
  { name: 'deflate', compress: deflateSync, optional: true },
] as const

/** A body of that many bytes which could be a request: padding that both encodings skip. */
function padded(encoding: Encoding, bytes: number): Uint8Array {
  if (encoding === 'json') return Buffer.alloc(bytes, ' ').fill('{}', 0, 2)
  // Field 1000, length-delimited, unknown to every request: tag 0xc2 0x3e and a length in five bytes.
  const body = Buffer.alloc(bytes)
  const length = bytes - 7
  body.set([0xc2, 0x3e])
  for (let i = 0; i < 5; i++) body[2 + i] = ((length >>> (7 * i)) & 0x7f) | (i < 4 ? 0x80 : 0)
  return body
}

export const BODIES: Requirement[] = [
  ...COMPRESSIONS.flatMap(({ name, compress, ...rest }) =>
    ENCODINGS.map(
      (encoding) =>
        ({
          ...rest,
          section,
          text: `${name} is taken for every signal, in ${encoding}`,
          async check(target) {
            for (const signal of SIGNALS) {
              const headers = { 'content-encoding': name }
              const answer = await target.export(signal, encoding, compress(good(signal, encoding)), headers)
              fullSuccess(answer, signal, encoding)
            }
          },
        }) satisfies Requirement,
    ),
  ),
  {
    section,
    text: 'gzip in several members is one body',
    async check(target) {
      const body = good('traces', 'protobuf')
      const members = Buffer.concat([gzipSync(body.subarray(0, 20)), gzipSync(body.subarray(20))])
      const answer = await target.export('traces', 'protobuf', members, { 'content-encoding': 'gzip' })
      fullSuccess(answer, 'traces', 'protobuf')
    },
  },
  ...ENCODINGS.flatMap((encoding): Requirement[] => [
    {
      section,
      text: `gzip that is broken or ends early is a 400, in ${encoding}`,
      async check(target) {
        const compressed = gzipSync(good('logs', encoding))
        for (const body of [Buffer.from('this is not gzip'), compressed.subarray(0, -6)]) {
          refused(
            await target.export('logs', encoding, body, { 'content-encoding': 'gzip' }),
            [400],
            encoding,
          )
        }
      },
    },
    {
      section,
      text: `a compression that is not known is a 4xx that does not ask to try again, in ${encoding}`,
      async check(target) {
        const answer = await target.export('logs', encoding, good('logs', encoding), {
          'content-encoding': 'snappy',
        })
        refused(answer, [400, 415], encoding)
      },
    },
    {
      section,
      text: `a body over the limit is a 413, in ${encoding}`,
      async check(target) {
        const body = padded(encoding, target.options.oversize)
        for (const signal of SIGNALS) refused(await target.export(signal, encoding, body), [413], encoding)
      },
    },
    ...COMPRESSIONS.map(
      ({ name, compress, ...rest }) =>
        ({
          ...rest,
          section,
          text: `the limit holds after decompression too: ${name} in ${encoding}`,
          async check(target) {
            const bomb = compress(padded(encoding, target.options.oversize))
            const answer = await target.export('metrics', encoding, bomb, { 'content-encoding': name })
            refused(answer, [413], encoding)
          },
        }) satisfies Requirement,
    ),
    {
      section,
      text: `the limit is counted over all gzip members, in ${encoding}`,
      async check(target) {
        const { oversize } = target.options
        const body = padded(encoding, oversize)
        const parts = [0, 1, 2, 3].map((n) => body.subarray((n * oversize) / 4, ((n + 1) * oversize) / 4))
        const bomb = Buffer.concat(parts.map((part) => gzipSync(part)))
        refused(
          await target.export('traces', encoding, bomb, { 'content-encoding': 'gzip' }),
          [413],
          encoding,
        )
      },
    },
  ]),
]
