import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runDemo, type DemoService } from '../../../packages/cli/src/demo/run.ts'

const USAGE = `Usage: npm run demo [-- --once]

Starts the collector and three services, sends a minute of traffic and shows what was reported.
  --once   ten seconds of traffic, then checks what the collector has and exits with 0 or 1`

const { values } = parseArgs({ options: { once: { type: 'boolean' }, help: { type: 'boolean' } } })
if (values.help) console.log(USAGE)
else process.exitCode = await demo(values.once === true)

/** As `hubline demo`, with the examples: one service for each framework. */
async function demo(once: boolean): Promise<number> {
  const tick = process.stdout.isTTY ? (line: string) => void process.stdout.write(line) : undefined
  try {
    return await runDemo({
      services: {
        shop: example('express/src/main.ts'),
        payments: example('fastify/src/main.ts'),
        catalog: example('nestjs/dist/main.js'),
      },
      once,
      seconds: once ? 10 : 60,
      port: Number(process.env['HUBLINE_PORT'] ?? 4318),
      say: (line) => console.log(line),
      ...(tick && { tick }),
    })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 1
  }
}

function example(path: string): DemoService {
  const file = join(dirname(fileURLToPath(import.meta.url)), '../..', path)
  return { cwd: dirname(dirname(file)), args: [file] }
}
