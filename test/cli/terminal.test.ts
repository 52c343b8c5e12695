import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/programs.ts'
import { eventually } from '../support/read-back.ts'
import { Terminal } from '../support/tmux.ts'
import { sendEvents } from '../ui/send.ts'
import { HUBLINE } from './command.ts'

const ESCAPE = String.fromCodePoint(27)
const COLOUR = new RegExp(`${ESCAPE}\\[\\d+m`)

test('in a terminal hubline alone starts a collector and says what to set; what reads it is coloured, unless NO_COLOR is set', async () => {
  const data = await temporaryFolder()
  const first = await Terminal.open({ columns: 100, rows: 24 }, { HUBLINE_DATA: data, HUBLINE_PORT: '0' })
  await first.type(`${HUBLINE}; echo "ended with $?"`)
  const said = await first.shows(/HUB_API_URL=http/, /OTEL_EXPORTER_OTLP_ENDPOINT=http/)
  const [, url] = /HUB_API_URL=(\S+)/.exec(said.join('\n'))!
  expect(said.join('\n')).toContain(`page    ${url}/ui/\n`)
  expect(await first.written()).toContain(`${ESCAPE}[1mHubline collector ready at ${url}${ESCAPE}[22m`)

  const second = await Terminal.open({ columns: 100, rows: 24 }, { HUB_API_URL: url!, HUB_SOURCE: 'nightly' })
  await second.type(`${HUBLINE} heartbeat --interval 5m && ${HUBLINE} services; echo "ended with $?"`)
  await second.shows(/✅ Event sent: AgentHeartbeat/, /nightly +up .* alive/, /ended with 0/)
  expect(await second.written()).toContain(`${ESCAPE}[32mup `)
  await second.resize(40, 24)
  await second.type(`clear; NO_COLOR=1 ${HUBLINE} tail`)
  await eventually(async () => {
    const event = { type: 'shop.order.placed', source: 'shop', occurred_at: new Date().toISOString() }
    await sendEvents(url!, [{ ...event, payload: { note: 'long '.repeat(20) } }])
    return (await second.lines()).some((line) => /^\d\d:\d\d:\d\d\.\d{3} {2}shop/.test(line))
  })
  await second.press('C-c')
  await second.shows(/\^C\n[#$]/)
  const written = await second.written()
  expect(written.slice(written.lastIndexOf('NO_COLOR'))).not.toMatch(COLOUR)

  await first.press('C-c')
  await first.shows(/ended with 0/)
})
