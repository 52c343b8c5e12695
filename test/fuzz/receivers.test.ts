import { Agent, request } from 'node:http'
import fc, { type Arbitrary } from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { startCollectorProcess } from '../faults/collector-process.ts'
import { RawGrpc } from '../otlp/grpc-call.ts'
import { temporaryFolder } from '../support/programs.ts'
import { grpcCalls, RECEIVERS, requestsTo, type FuzzedRequest } from './receivers.ts'

const LONG = process.env['FUZZ'] === 'long'
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000)
/** Inputs of each receiver. */
const INPUTS = LONG ? 10_000 : 200
/** Requests that are under way at once. */
const AT_ONCE = 20
const TIMEOUT_MS = LONG ? 1_800_000 : 120_000

/** Codes of gRPC that say the collector failed: UNKNOWN, INTERNAL and DATA_LOSS. */
const FAILURES = [2, 13, 15]
/** For which gRPC itself demands INTERNAL. */
const UNSAID_COMPRESSION = 'received compressed envelope, but do not know how to decompress'

/** Sends made-up requests, several at once, until all are sent or one of their answers is not `fine`. */
async function assault(
  name: string,
  requests: Arbitrary<FuzzedRequest>,
  send: (request: FuzzedRequest) => Promise<number>,
  fine: (answer: number) => boolean,
): Promise<void> {
  const answers = new Map<number, number>()
  const batches = fc.array(requests, { minLength: AT_ONCE, maxLength: AT_ONCE })
  await fc.assert(
    fc.asyncProperty(batches, async (batch) => {
      for (const answer of await Promise.all(batch.map(send))) {
        answers.set(answer, (answers.get(answer) ?? 0) + 1)
        if (!fine(answer)) throw new Error(`${name}: answered ${answer}`)
      }
    }),
    { seed: SEED, numRuns: INPUTS / AT_ONCE },
  )
  const counts = [...answers].toSorted(([a], [b]) => a - b).map(([answer, count]) => `${count} × ${answer}`)
  console.log(`[fuzz] ${name}: seed ${SEED}, ${counts.join(', ')}`)
}

test(
  'no receiver fails on any input, and the collector goes on',
  async () => {
    const collector = await startCollectorProcess(await temporaryFolder())
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    onTestFinished(() => agent.destroy())
    const send = ({ path, headers, body }: FuzzedRequest) =>
      new Promise<number>((resolve, reject) => {
        const sending = request(collector.url + path, { method: 'POST', headers, agent }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode!))
        })
        sending.on('error', reject).end(body)
      })
    for (const [name, receiver] of Object.entries(RECEIVERS)) {
      await assault(name, requestsTo(receiver), send, (status) => status < 500)
    }
    const event = { type: 'a', source: 'after', occurred_at: new Date().toISOString(), payload: {} }
    const headers = { 'content-type': 'application/json' }
    const body = Buffer.from(JSON.stringify(event))
    expect(await send({ path: '/api/v1/hub/events', headers, body })).toBe(201)
    const kept = await fetch(`${collector.url}/api/v1/hub/events?source=after`)
    expect(await kept.json()).toMatchObject({ data: [{ source: 'after' }] })
    expect(collector.child.exitCode).toBe(null)
    expect(collector.stderr()).toBe('')
  },
  TIMEOUT_MS,
)

test(
  'nor does it over gRPC',
  async () => {
    const env = { HUBLINE_GRPC_PORT: '0' }
    const collector = await startCollectorProcess(await temporaryFolder(), { env })
    const grpc = new RawGrpc(collector.grpcPort!)
    const send = async ({ path, headers, body }: FuzzedRequest) => {
      const { code, http, message } = await grpc.call(Buffer.from(body), headers, path)
      if (code !== undefined && FAILURES.includes(code)) expect(message).toBe(UNSAID_COMPRESSION)
      return code ?? http
    }
    await assault('OTLP over gRPC', grpcCalls, send, (answer) => answer < 500)
    const kept = await fetch(`${collector.url}/health`)
    expect(await kept.json()).toMatchObject({ status: 'healthy' })
    expect(collector.stderr()).toBe('')
  },
  TIMEOUT_MS,
)
