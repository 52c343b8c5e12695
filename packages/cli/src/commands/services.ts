import type { Command } from 'commander'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { ask } from '../hub-client.ts'
import { writeJson } from '../json-output.ts'
import { instancesTable, servicesTable, type Service } from '../rows/services.ts'
import { writeTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  hubline services
  hubline services shop
      its instances
  hubline services --json | jq -r '.data[] | select(.state != "up") | .name'
`
/** `hubline services`: how every service is, or the instances of one. */
export function servicesCommand(program: Command, terminal: Terminal): void {
  withConnection(
    program.command('services').description('list services with their states, or the instances of one'),
  )
    .argument('[name]', 'one of them')
    .option('--json', 'answer in JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, options: ConnectionOptions & { json?: true }) => {
      const connection = connectionOf(options, terminal)
      const path = '/api/v1/services'
      if (name === undefined) {
        const list = await ask<{ data: Service[] }>(connection, 'GET', path)
        if (options.json) return writeJson(terminal, list)
        return writeTable(terminal, {
          ...servicesTable(list.data, Date.now()),
          none: 'Nothing has come from any service yet.',
        })
      }
      const service = await ask<Service>(connection, 'GET', `${path}/${encodeURIComponent(name)}`)
      if (options.json) return writeJson(terminal, service)
      writeTable(terminal, {
        ...instancesTable(service.instances, Date.now()),
        none: 'Nothing is known of its instances.',
      })
    })
}
