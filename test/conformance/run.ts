import { parseArgs } from 'node:util'
import { hublineReadBack } from './read-back.ts'
import { readable } from './report.ts'
import { judge } from './suite.ts'
import { Target } from './target.ts'

const USAGE = `Usage: npm run conformance:otlp -- URL [--json] [--token SECRET] [--origin ORIGIN] [--oversize BYTES] [--burst N]

Holds the OTLP/HTTP server at URL (such as http://127.0.0.1:4318) to every requirement in both encodings.

  --json      the report as JSON
  --token     sent as "Authorization: Bearer SECRET"
  --origin    of a page that may send telemetry, default http://localhost:3000
  --oversize  bytes that are surely more than the server takes in one request, default 67108864
  --burst     requests at once that should be more than it takes, default 256 of 64 KiB

Ends with 0 when nothing required is missing, with 1 when something is, with 2 when the server cannot be asked.
`

const OPTIONS = {
  json: { type: 'boolean', default: false },
  token: { type: 'string' },
  origin: { type: 'string', default: 'http://localhost:3000' },
  oversize: { type: 'string', default: String(64 * 1024 * 1024) },
  burst: { type: 'string', default: '256' },
} as const

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
  const url = new URL(positionals[0] ?? '')
  const [oversize, requests] = [Number(values.oversize), Number(values.burst)]
  if (!(oversize > 1024) || !(requests > 0)) throw new Error('--oversize and --burst want a number')
  const headers = values.token === undefined ? {} : { authorization: `Bearer ${values.token}` }
  const readBack = await hublineReadBack(url, headers)
  const burst = { requests, bytes: 64 * 1024 }
  const target = new Target(url, { headers, origin: values.origin, oversize, burst, readBack })
  // One that is not there would only fail a hundred times.
  await target.ask({
    path: '/v1/traces',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{}'),
  })
  const report = await judge(target)
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : readable(report))
  return report.failed > 0 ? 1 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${USAGE}`)
  process.exitCode = 2
}
