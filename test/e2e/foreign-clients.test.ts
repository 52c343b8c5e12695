import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { ensureDebian } from '../support/debian.ts'
import { collectorProcess, temporaryFolder } from '../support/programs.ts'
import { eventually, readJson } from '../support/read-back.ts'

const run = promisify(execFile)
const peer = (file: string): string => new URL(`peers/${file}`, import.meta.url).pathname
// Debian's own, for Debian's httpx; another one on the PATH would not see it.
const PYTHON = '/usr/bin/python3'

it('takes what a Python client of the hub sends, field by field', async () => {
  await ensureDebian(['python3-httpx'], () =>
    run(PYTHON, ['-c', 'import httpx']).then(
      () => true,
      () => false,
    ),
  )
  const { url } = await collectorProcess(await temporaryFolder())
  const env = { HUB_API_URL: `${url}/api/v1/hub`, HUB_API_TOKEN: 'any', HUB_SOURCE: 'energyapp' }
  const { stdout } = await run(PYTHON, [peer('hub_client.py')], { env })
  const ids = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
  expect(ids.map(([status]) => status)).toEqual(Array(5).fill('201'))

  const { data } = await readJson<{ data: object[] }>(`${url}/api/v1/hub/events?source=energyapp`)
  expect(data).toMatchObject([
    { id: ids[0]![1], type: 'AppRegistered', payload: { version: '2.1.0', env: 'production' } },
    { type: 'AgentHeartbeat', payload: { status: 'healthy' } },
    {
      type: 'InteractionDetected',
      payload: { action: 'conversation_created', conversation_id: 7, role: 'user' },
    },
    {
      type: 'MetricReported',
      payload: { metric: 'daily_messages', value: 12.5, unit: 'count', period: '24h' },
    },
    { type: 'ErrorReported', payload: { severity: 'error', message: 'ünïcode ✅', trace: 'Traceback …' } },
  ])
  expect(await readJson(`${url}/api/v1/services/energyapp`)).toMatchObject({ state: 'up', version: '2.1.0' })
}, 180_000)

it('takes what a plain OpenTelemetry SDK exports', async () => {
  const { url } = await collectorProcess(await temporaryFolder())
  const { stdout, stderr } = await run(process.execPath, [peer('otel-app.mjs')], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
    },
  })
  expect(stderr).toBe('')
  const trace = await eventually(() =>
    readJson<{ spans: { name: string }[] }>(`${url}/api/v1/traces/${stdout.trim()}`),
  )
  // The SDK's clock may give both the same start.
  trace.spans.sort((a, b) => (a.name < b.name ? 1 : -1))
  expect(trace).toMatchObject({
    services: ['plain-otel'],
    spans: [
      { name: 'checkout', service: 'plain-otel' },
      { name: 'charge', attributes: { 'order.id': 7 }, events: [{ name: 'exception' }] },
    ],
  })
})
