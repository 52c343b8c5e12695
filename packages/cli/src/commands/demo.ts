import { extname } from 'node:path'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { InvalidArgumentError, type Command } from 'commander'
import { SaidError } from '../command-error.ts'
import type { DemoService } from '../demo/run.ts'
import { seconds } from '../moments.ts'
import type { Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  hubline demo
      a minute of traffic; then the page stays open until Ctrl-C
  hubline demo --once
      ten seconds, then it says what it has seen, checks it and exits with 0 or 1
  hubline demo --for 10m --port 4400

Runs a collector of its own, with data that goes when it ends, and three small services that call each other: everything is in this package,
and nothing leaves this machine.
`
const VERSIONS = { shop: '1.4.0', payments: '2.0.1', catalog: '0.9.3' }

interface Options {
  once?: true
  for?: number
  port: number
}

/** `hubline demo`: a collector with three services and traffic, to look around. */
export function demoCommand(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .description('start a collector and three small services with traffic, to look around')
    .option('--once', 'end after the traffic, and check what came of it')
    .option('--for <duration>', 'how long there is traffic, such as 10m; 60s, or 10s with --once', seconds)
    .option('--port <port>', 'of the collector; another one where it is taken', port, 4318)
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      const { once = false, for: length = once ? 10 : 60, port } = options
      const { runDemo } = await import('../demo/run.ts')
      const { out } = terminal
      const code = await runDemo({
        services: { shop: service('shop'), payments: service('payments'), catalog: service('catalog') },
        once,
        seconds: length,
        port,
        say: (line) => void out.write(`${line}\n`),
        ...(out.isTTY && { tick: (line: string) => void out.write(line) }),
      })
      if (code !== 0) throw new SaidError('a check failed', code)
    })
}

/** TypeScript beside the sources, JavaScript beside the build. */
function service(name: keyof typeof VERSIONS): DemoService {
  const file = fileURLToPath(new URL(`../demo/service${extname(import.meta.url)}`, import.meta.url))
  // Where no package.json is that would give its own name and version.
  return { cwd: tmpdir(), args: [file, name], env: { HUB_SOURCE: name, HUB_APP_VERSION: VERSIONS[name] } }
}

function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (value <= 65_535) return value
  throw new InvalidArgumentError('It must be a port from 0 to 65535.')
}
