#!/usr/bin/env node
import { runCollector, type Collector } from './collector.ts'
import { resolveConfig } from './config/config.ts'
import { readSettings, USAGE } from './config/settings.ts'

const DEADLINE_MS = 5000

async function main(): Promise<void> {
  const { settings, help } = readSettings(process.argv.slice(2), process.env)
  if (help) {
    process.stdout.write(USAGE)
    return
  }
  const collector = await runCollector(resolveConfig(settings))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(collector))
  const { dashboardUrl, dataDir, grpcPort, extraPorts } = collector
  const extra = extraPorts.map((port) => ` · also on port ${port}`).join('')
  const grpc = grpcPort === undefined ? '' : ` · OTLP over gRPC on port ${grpcPort}`
  process.stdout.write(`Hubline collector ready at ${dashboardUrl}${extra}${grpc} · data in ${dataDir}\n`)
}

/** Ends the process after what was accepted is committed and answered. */
async function stop(collector: Collector): Promise<void> {
  setTimeout(() => process.exit(1), DEADLINE_MS).unref()
  await collector.close()
  process.exit(0)
}

main().catch((error: Error) => {
  process.stderr.write(`hubline-collector: ${error.message}\n`)
  process.exit(1)
})
