import type { Command } from 'commander'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { fileOutput, screenOutput } from '../output.ts'
import { body, open } from '../stream-client.ts'
import { printable, type Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  hubline backup
      everything, in hubline-backup-<time>.tar
  hubline backup --output - | zstd > hubline.tar.zst
  mkdir restored && tar -xf hubline-backup-<time>.tar -C restored && hubline --data restored
      an archive is a data directory, packed
`

/** `hubline backup`: copies everything that a running collector has into one archive. */
export function backupCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('backup')
    .description('copy everything that a running collector has into one archive (needs an admin token)')
    .option('--output <file>', 'where to write it, a file that is not there yet; - is stdout')
    .addHelpText('after', EXAMPLES)
  withConnection(command).action(async (options: ConnectionOptions & { output?: string }) => {
    const connection = connectionOf(options, terminal)
    const { output = defaultName(new Date()) } = options
    const response = await open(connection, 'POST', '/api/v1/backup')
    const target = output === '-' ? screenOutput(terminal.out) : await fileOutput(output)
    let bytes = 0
    try {
      for await (const chunk of body(response, connection.url)) {
        await target.write(chunk)
        bytes += chunk.byteLength
      }
    } catch (error) {
      await target.drop()
      throw error
    }
    await target.done()
    terminal.err.write(`${output === '-' ? 'Wrote' : `Wrote ${printable(output)},`} ${bytes} bytes.\n`)
  })
}

function defaultName(at: Date): string {
  return `hubline-backup-${at
    .toISOString()
    .slice(0, 19)
    .replace(/[^0-9T]/g, '')}.tar`
}
