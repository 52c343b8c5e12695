import { ask } from '../../hub-client.ts'
import { instancesTable, servicesTable, type Service, type ServiceRow } from '../../rows/services.ts'
import { tableLines } from '../../table.ts'
import { printable, styled } from '../../terminal.ts'
import { view, type View } from '../view.ts'

/** Those first that need a look. */
const GRAVITY = ['crashed', 'silent', 'late', 'up', 'stopped', 'unknown']

interface Whole extends Service {
  counts: Record<string, number>
}

export const servicesView: View = view<ServiceRow>({
  name: 'services',
  none: 'Nothing has come from any service yet.',
  items: (board) => board.services?.toSorted((a, b) => GRAVITY.indexOf(a.state) - GRAVITY.indexOf(b.state)),
  text: ({ name, state, env, version }) => [name, state, env, version].join(' '),
  lines: (services, { terminal, now }) => tableLines(terminal, servicesTable(services, now)),
  async open({ name }, connection) {
    const path = `/api/v1/services/${encodeURIComponent(name)}`
    const service = await ask<Whole>(connection, 'GET', path)
    return ({ terminal, now }) => {
      const counts = Object.entries(service.counts).map(([of, count]) => `${count} ${of.replace('_', ' ')}`)
      return [
        styled(terminal, terminal.out)('bold', `${printable(name)} is ${service.state}`),
        `${printable(service.triage.message)}; ${counts.join(', ')}`,
        '',
        ...tableLines(terminal, instancesTable(service.instances, now)),
      ]
    }
  },
})
