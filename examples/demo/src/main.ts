import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CollectorApi } from './collector-api.ts'
import { freePort } from './ports.ts'
import { type Running, start, stop } from './processes.ts'
import { checkReport, printReport, readReport, type Report } from './report.ts'
import { type Services, sendTraffic } from './traffic.ts'

const USAGE = `Usage: npm run demo [-- --once]

Starts the collector and three services, sends a minute of traffic and shows what was reported.
  --once   ten seconds of traffic, then checks what the collector has and exits with 0 or 1`

const NAMES = ['shop', 'payments', 'catalog'] as const
const DEFAULT_PORT = 4318
const SETTLE_WITHIN_MS = 15_000

const { values } = parseArgs({ options: { once: { type: 'boolean' }, help: { type: 'boolean' } } })
if (values.help) console.log(USAGE)
else process.exitCode = await demo(values.once === true)

async function demo(once: boolean): Promise<number> {
  const running: Running[] = []
  const data = await mkdtemp(join(tmpdir(), 'hubline-demo-'))
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Whoever presses twice does not want to wait for goodbyes.
      if (interrupted.signal.aborted) for (const { process: child } of running) child.kill('SIGKILL')
      interrupted.abort()
    })
  }
  try {
    const { url, services } = await startAll(running, data)
    const api = new CollectorApi(url)
    await showTraffic(services, once ? 10 : 60, interrupted.signal)
    const report = interrupted.signal.aborted ? await readReport(api, NAMES) : await settled(api)
    console.log(`\n${printReport(report)}\n`)
    if (once) return printChecks(report)
    if (!interrupted.signal.aborted) {
      console.log(`Open ${url}/ui/ and look around. Ctrl-C stops everything.`)
      const open = setInterval(() => {}, 60_000)
      await new Promise((resolve) => interrupted.signal.addEventListener('abort', resolve))
      clearInterval(open)
    }
    return 0
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 1
  } finally {
    // The services first: what they say in parting still finds the collector.
    const [collector, ...services] = running
    await Promise.all(services.map(stop))
    if (collector) await stop(collector)
    await rm(data, { recursive: true, force: true })
  }
}

async function startAll(running: Running[], data: string): Promise<{ url: string; services: Services }> {
  const port = await freePort(Number(process.env['HUBLINE_PORT'] ?? DEFAULT_PORT))
  const url = `http://127.0.0.1:${port}`
  running.push(
    await start({
      name: 'collector',
      cwd: data,
      args: [join(folderOf('@hubline/collector'), 'bin.js')],
      env: { HUBLINE_PORT: String(port), HUBLINE_HOST: '127.0.0.1', HUBLINE_DATA: data, HUBLINE_TOKENS: '' },
      ready: /ready at/,
    }),
  )
  console.log(`collector  ${url}/ui/`)
  const services: Services = { shop: '', payments: '', catalog: '' }
  for (const name of NAMES) services[name] = `http://127.0.0.1:${await freePort()}`
  const hub = { HUB_API_URL: url, HUB_HEARTBEAT_INTERVAL: '2s', HUB_ENV: 'demo' }
  const next = { PAYMENTS_URL: services.payments, CATALOG_URL: services.catalog }
  const programs = {
    shop: 'express/src/main.ts',
    payments: 'fastify/src/main.ts',
    catalog: 'nestjs/dist/main.js',
  }
  const examples = join(dirname(fileURLToPath(import.meta.url)), '../..')
  for (const name of NAMES.toReversed()) {
    const file = join(examples, programs[name])
    const env = { ...hub, ...next, PORT: new URL(services[name]).port }
    running.push(await start({ name, cwd: dirname(dirname(file)), args: [file], env, ready: /listens on/ }))
    console.log(`${name.padEnd(9)}  ${services[name]}`)
  }
  return { url, services }
}

async function showTraffic(services: Services, seconds: number, signal: AbortSignal): Promise<void> {
  const until = Date.now() + seconds * 1000
  const left = (): number => Math.max(0, Math.ceil((until - Date.now()) / 1000))
  console.log(`Traffic for ${seconds} s; Ctrl-C ends it.`)
  await sendTraffic(services, until, signal, () => {
    if (process.stdout.isTTY) process.stdout.write(`\r${left()} s to go `)
  })
  if (process.stdout.isTTY) process.stdout.write('\r            \r')
}

/** Reads reports until two in a row agree on interactions: batches are on their way for a second or so. */
async function settled(api: CollectorApi): Promise<Report> {
  const until = Date.now() + SETTLE_WITHIN_MS
  const sum = ({ rows }: Report): number =>
    rows.reduce((total, row) => total + row.interactions + row.spans, 0)
  let report = await readReport(api, NAMES)
  for (let before = -1; sum(report) !== before && Date.now() < until;) {
    before = sum(report)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    report = await readReport(api, NAMES)
  }
  return report
}

function printChecks(report: Report): number {
  const checks = checkReport(report)
  for (const { says, holds } of checks) console.log(`${holds ? '✓' : '✗'} ${says}`)
  return checks.every(({ holds }) => holds) ? 0 : 1
}

function folderOf(name: string): string {
  return dirname(fileURLToPath(import.meta.resolve(name)))
}
