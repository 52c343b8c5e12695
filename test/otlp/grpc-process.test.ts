import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import { createEmptyMetadata } from '@opentelemetry/otlp-grpc-exporter-base'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, onTestFinished, test } from 'vitest'
import { collectorForTest, dataDirectory } from '../../collector/src/testing/collector.ts'

const BIN = fileURLToPath(new URL('../../collector/src/bin.ts', import.meta.url))
const INDEX = new URL('../../collector/src/index.ts', import.meta.url).href
const run = promisify(execFile)
const ENV = { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1' }

test('a port that is taken is one clear line, and nothing is left listening', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  onTestFinished(() => void holder.close())
  const { port } = holder.address() as AddressInfo
  const env = {
    ...ENV,
    HUBLINE_PORT: '0',
    HUBLINE_GRPC_PORT: String(port),
    HUBLINE_DATA: await dataDirectory(),
  }
  await expect(run(process.execPath, [BIN], { env })).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: `hubline-collector: port ${port} for gRPC is taken by another program: stop that one, or choose another port with HUBLINE_GRPC_PORT=<port>\n`,
  })
})

test('the two ports must differ', async () => {
  const env = { ...ENV, HUBLINE_PORT: '4999', HUBLINE_GRPC_PORT: '4999', HUBLINE_DATA: await dataDirectory() }
  await expect(run(process.execPath, [BIN], { env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^hubline-collector: HUBLINE_GRPC_PORT is 4999, the port of everything else: .+\n$/,
    ),
  })
})

/** The modules that a collector with this setting loads, as far as they have to do with gRPC. */
async function loaded(grpcPort: string): Promise<string[]> {
  const program = `
    import { registerHooks } from 'node:module'
    const seen = new Set()
    registerHooks({ resolve(specifier, context, next) {
      if (/connectrpc|grpc|^node:http2$/.test(specifier)) seen.add(specifier)
      return next(specifier, context)
    } })
    const { startCollector } = await import(${JSON.stringify(INDEX)})
    const collector = await startCollector({ port: 0, data: process.argv[1], ${grpcPort} })
    console.log(JSON.stringify({ seen: [...seen], port: collector.grpcPort ?? null }))
    await collector.close()`
  const { stdout } = await run(
    process.execPath,
    ['--input-type=module', '-e', program, await dataDirectory()],
    { env: ENV },
  )
  const { seen, port } = JSON.parse(stdout) as { seen: string[]; port: number | null }
  expect(port !== null).toBe(grpcPort !== '')
  return seen.filter((specifier) => specifier.includes('connectrpc'))
}

test('what gRPC needs is loaded only where it is on', async () => {
  expect(await loaded('')).toEqual([])
  expect(await loaded('grpcPort: 0')).toContain('@connectrpc/connect')
})

/** How the official exporter, which tries again only what may be tried again, ends with one span. */
async function exported(
  port: number,
  { name = 'work', token }: { name?: string; token?: string },
): Promise<{ code: number; error?: { code?: number; message: string } }> {
  const metadata = createEmptyMetadata()
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`)
  const exporter = new OTLPTraceExporter({
    url: `http://127.0.0.1:${port}`,
    metadata,
    compression: CompressionAlgorithm.GZIP,
  })
  onTestFinished(() => exporter.shutdown())
  const memory = new InMemorySpanExporter()
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: memory })] })
  provider.getTracer('test').startSpan(name, {}, ROOT_CONTEXT).end()
  return new Promise((resolve) => exporter.export(memory.getFinishedSpans(), resolve as never))
}

test('the official exporter is told why it is refused', async () => {
  const hub = await collectorForTest({
    grpcPort: 0,
    tokens: 'ingest:*:any-in,read:*:all-out',
    limits: { bodyBytes: 50_000 },
  })
  const port = hub.collector.grpcPort!
  expect(await exported(port, { token: 'any-in' })).toEqual({ code: 0 })
  expect(await exported(port, {})).toMatchObject({ code: 1, error: { code: 16 } })
  expect(await exported(port, { token: 'all-out' })).toMatchObject({ code: 1, error: { code: 7 } })
  const large = await exported(port, { token: 'any-in', name: 'x'.repeat(60_000) })
  expect(large).toMatchObject({
    code: 1,
    error: { code: 8, message: expect.stringContaining('50000 bytes') },
  })
})
