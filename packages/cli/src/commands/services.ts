import type { Command } from 'commander'
import { connectionOf, withConnection, type ConnectionOptions } from '../connection.ts'
import { ask } from '../hub-client.ts'
import { writeJson } from '../json-output.ts'
import { ago } from '../moments.ts'
import { writeTable } from '../table.ts'
import type { Style, Terminal } from '../terminal.ts'

const EXAMPLES = `
Examples:
  hubline services
  hubline services shop
      its instances
  hubline services --json | jq -r '.data[] | select(.state != "up") | .name'
`
const STATES: Record<string, Style> = {
  up: 'green',
  late: 'yellow',
  silent: 'red',
  crashed: 'red',
  stopped: 'dim',
  unknown: 'dim',
}

interface Instance {
  instance: string | null
  state: string
  state_since: string | null
  env: string | null
  version: string | null
  host: string | null
  last_seen: string
  last_heartbeat: string | null
}

interface Service {
  name: string
  state: string
  state_since: string | null
  triage: { message: string }
  env: string | null
  version: string | null
  last_seen: string
  instances_up: number
  instances: Instance[]
}

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
        return writeServices(list.data, terminal)
      }
      const service = await ask<Service>(connection, 'GET', `${path}/${encodeURIComponent(name)}`)
      if (options.json) return writeJson(terminal, service)
      writeInstances(service, terminal)
    })
}

function writeServices(services: readonly Service[], terminal: Terminal): void {
  const now = Date.now()
  writeTable(terminal, {
    head: ['SERVICE', 'STATE', 'SINCE', 'ENV', 'VERSION', 'UP', 'LAST SEEN', 'SIGNS'],
    rows: services.map(({ name, state, state_since, env, version, instances_up, last_seen, triage }) => ({
      cells: [
        name,
        state,
        ago(state_since, now),
        env ?? '–',
        version ?? '–',
        String(instances_up),
        ago(last_seen, now),
        triage.message,
      ],
      styles: styleOf(state),
    })),
    none: 'Nothing has come from any service yet.',
  })
}

function writeInstances({ instances }: Service, terminal: Terminal): void {
  const now = Date.now()
  writeTable(terminal, {
    head: ['INSTANCE', 'STATE', 'SINCE', 'ENV', 'VERSION', 'HOST', 'HEARTBEAT', 'LAST SEEN'],
    rows: instances.map((each) => ({
      cells: [
        each.instance ?? '–',
        each.state,
        ago(each.state_since, now),
        each.env ?? '–',
        each.version ?? '–',
        each.host ?? '–',
        ago(each.last_heartbeat, now),
        ago(each.last_seen, now),
      ],
      styles: styleOf(each.state),
    })),
    none: 'Nothing is known of its instances.',
  })
}

function styleOf(state: string): Record<number, Style> {
  const style = STATES[state]
  return style ? { 1: style } : {}
}
