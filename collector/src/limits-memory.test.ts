import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createDeflate, createGzip, createZstdCompress, gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { LIMITS } from './config/limits.ts'
import { dataDirectory, event } from './testing/collector.ts'

const BIN = fileURLToPath(new URL('./bin.ts', import.meta.url))
const MIB = 1024 * 1024
/** What each bomb would become. */
const INFLATED_MIB = 1024
const GROWTH_MIB = 32

/** Each makes a body that is far smaller than the limit and inflates to far more. */
const BOMBS: [string, string, () => Promise<Buffer>][] = [
  ['gzip', 'gzip', () => buffer(blanks().pipe(createGzip()))],
  [
    'gzip of many members',
    'gzip',
    async () => Buffer.concat(Array(256).fill(gzipSync(Buffer.alloc(MIB, ' ')))),
  ],
  ['deflate', 'deflate', () => buffer(blanks().pipe(createDeflate()))],
  ['zstd', 'zstd', () => buffer(blanks().pipe(createZstdCompress()))],
]

function blanks(): Readable {
  const chunk = Buffer.alloc(MIB, ' ')
  return Readable.from(Array.from({ length: INFLATED_MIB }, () => chunk))
}

/** The most memory that a process had resident since it was last reset, in MiB. */
async function peakMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) / 1024
}

test.runIf(process.platform === 'linux').each(BOMBS)(
  `a bomb as %s costs at most ${GROWTH_MIB} MiB`,
  async (_name, encoding, make) => {
    const bomb = await make()
    expect(bomb.byteLength).toBeLessThan(LIMITS.bodyBytes.value)
    const child = spawn(process.execPath, [BIN], {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        HUBLINE_DATA: await dataDirectory(),
        HUBLINE_PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const closed = once(child, 'close')
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await closed
    })
    const [ready] = (await once(child.stdout, 'data')) as [Buffer]
    const url = /http:\/\/[\d.:]+/.exec(String(ready))![0]
    const post = async (body: string | Buffer, headers: Record<string, string>): Promise<number> => {
      const answer = await fetch(`${url}/api/v1/hub/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: body as NonNullable<RequestInit['body']>,
      })
      await answer.arrayBuffer()
      return answer.status
    }
    // What the first requests load is not the bomb's.
    for (let count = 0; count < 20; count++) expect(await post(JSON.stringify(event()), {})).toBe(201)
    const pid = child.pid!
    // Sets the peak to what is resident now.
    await writeFile(`/proc/${pid}/clear_refs`, '5')
    const before = await peakMib(pid)
    expect(await post(bomb, { 'content-encoding': encoding })).toBe(413)
    expect((await peakMib(pid)) - before).toBeLessThan(GROWTH_MIB)
    expect(await post(JSON.stringify(event()), {})).toBe(201)
  },
)
