import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CollectorApi } from './collector-api.ts'
import { freePort } from './ports.ts'
import { start, stop, type Running } from './processes.ts'
import { checkReport, printReport, readReport, type Report } from './report.ts'
import { sendTraffic, type Services } from './traffic.ts'

const NAMES = ['shop', 'payments', 'catalog'] as const
const SETTLE_WITHIN_MS = 15_000
const SETTLE_MS = 1500

/** How one of the services is started; `PORT` tells it where to listen, `PAYMENTS_URL` and `CATALOG_URL` where the others are. */
export interface DemoService {
  cwd: string
  args: string[]
  env?: Record<string, string>
}

export interface DemoOptions {
  services: Record<(typeof NAMES)[number], DemoService>
  /** Ends after the traffic and a check of what came of it. */
  once: boolean
  /** Of traffic. */
  seconds: number
  /** Of the collector, where it is free. */
  port: number
  say(line: string): void
  /** What changes on the spot, such as the seconds that are left; absent where nobody sees it. */
  tick?(line: string): void
}

/**
 * Runs a collector and three services, sends them traffic and tells what was reported of it.
 *
 * @returns the exit code: 1 when a check of `once` fails
 * @throws Error when one of them does not start, with what it printed
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { once, say } = options
  const running: Running[] = []
  const data = await mkdtemp(join(tmpdir(), 'hubline-demo-'))
  const { signal, release } = untilInterrupted(running)
  try {
    const { url, services } = await startAll(running, data, options)
    const api = new CollectorApi(url)
    await showTraffic(services, options, signal)
    const report = signal.aborted ? await readReport(api, NAMES) : await settled(api)
    say(`\n${printReport(report)}\n`)
    if (once) return sayChecks(report, say)
    if (!signal.aborted) {
      say(`Open ${url}/ui/ and look around, or run npx hubline top --url ${url}. Ctrl-C stops everything.`)
      const open = setInterval(() => {}, 60_000)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      clearInterval(open)
    }
    return 0
  } finally {
    // The services first: what they say in parting still finds the collector.
    const [collector, ...services] = running
    await Promise.all(services.map(stop))
    if (collector) await stop(collector)
    await rm(data, { recursive: true, force: true })
    release()
  }
}

function untilInterrupted(running: readonly Running[]): { signal: AbortSignal; release(): void } {
  const interrupted = new AbortController()
  const interrupt = (): void => {
    // Whoever presses twice does not want to wait for goodbyes.
    if (interrupted.signal.aborted) for (const { process: child } of running) child.kill('SIGKILL')
    interrupted.abort()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, interrupt)
  return {
    signal: interrupted.signal,
    release() {
      for (const signal of signals) process.off(signal, interrupt)
    },
  }
}

async function startAll(
  running: Running[],
  data: string,
  { services: programs, port: wanted, say }: DemoOptions,
): Promise<{ url: string; services: Services }> {
  const port = await freePort(wanted)
  const url = `http://127.0.0.1:${port}`
  const clean = withoutOurs(process.env)
  running.push(
    await start({
      name: 'collector',
      cwd: data,
      args: [join(dirname(fileURLToPath(import.meta.resolve('@hubline/collector'))), 'bin.js')],
      env: { ...clean, HUBLINE_PORT: String(port), HUBLINE_DATA: data },
      ready: /ready at/,
    }),
  )
  say(`collector  ${url}/ui/`)
  const services: Services = { shop: '', payments: '', catalog: '' }
  for (const name of NAMES) services[name] = `http://127.0.0.1:${await freePort()}`
  const hub = { HUB_API_URL: url, HUB_HEARTBEAT_INTERVAL: '2s', HUB_ENV: 'demo' }
  const next = { PAYMENTS_URL: services.payments, CATALOG_URL: services.catalog }
  for (const name of NAMES.toReversed()) {
    const { cwd, args, env } = programs[name]
    const all = { ...clean, ...hub, ...next, ...env, PORT: new URL(services[name]).port }
    running.push(await start({ name, cwd, args, env: all, ready: /listens on/ }))
    say(`${name.padEnd(9)}  ${services[name]}`)
  }
  return { url, services }
}

/** What somebody has set for their own apps is none of the demo's. */
function withoutOurs(env: NodeJS.ProcessEnv): Record<string, undefined> {
  const ours = Object.keys(env).filter((name) => /^(HUB|HUBLINE|OTEL)_/.test(name))
  return Object.fromEntries(ours.map((name) => [name, undefined]))
}

async function showTraffic(
  services: Services,
  { seconds, say, tick }: DemoOptions,
  signal: AbortSignal,
): Promise<void> {
  const until = Date.now() + seconds * 1000
  say(`Traffic for ${seconds} s; Ctrl-C ends it.`)
  await sendTraffic(services, until, signal, () => {
    tick?.(`\r${Math.max(0, Math.ceil((until - Date.now()) / 1000))} s to go `)
  })
  tick?.('\r            \r')
}

/** Reads reports until two in a row agree on interactions: batches are on their way for a second or so. */
async function settled(api: CollectorApi): Promise<Report> {
  const until = Date.now() + SETTLE_WITHIN_MS
  const sum = ({ rows }: Report): number =>
    rows.reduce((total, row) => total + row.interactions + row.spans, 0)
  let report = await readReport(api, NAMES)
  for (let before = -1; sum(report) !== before && Date.now() < until;) {
    before = sum(report)
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    report = await readReport(api, NAMES)
  }
  return report
}

function sayChecks(report: Report, say: DemoOptions['say']): number {
  const checks = checkReport(report)
  for (const { says, holds } of checks) say(`${holds ? '✓' : '✗'} ${says}`)
  return checks.every(({ holds }) => holds) ? 0 : 1
}
