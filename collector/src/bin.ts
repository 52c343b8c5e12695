#!/usr/bin/env node
import type { Collector } from './collector.ts'
import { runFromCommandLine } from './command-line.ts'

function announce({ dashboardUrl, dataDir, grpcPort, extraPorts }: Collector): void {
  const extra = extraPorts.map((port) => ` · also on port ${port}`).join('')
  const grpc = grpcPort === undefined ? '' : ` · OTLP over gRPC on port ${grpcPort}`
  process.stdout.write(`Hubline collector ready at ${dashboardUrl}${extra}${grpc} · data in ${dataDir}\n`)
}

try {
  const help = await runFromCommandLine(process.argv.slice(2), process.env, announce)
  if (help !== undefined) process.stdout.write(help)
} catch (error) {
  process.stderr.write(`hubline-collector: ${(error as Error).message}\n`)
  process.exit(1)
}
