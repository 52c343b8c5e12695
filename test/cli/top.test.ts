import { expect, onTestFinished, test } from 'vitest'
import { startCollector } from '@hubline/collector'
import { temporaryFolder } from '../support/programs.ts'
import { readJson } from '../support/read-back.ts'
import { PROMPT, Terminal } from '../support/tmux.ts'
import { sendEvents, sendSpans } from '../ui/send.ts'
import { HUBLINE } from './command.ts'

const HOSTILE = 'a\u001b]0;pwned\u0007b\u001b[2J\u009b31m\u001b]52;c;cHduZWQ=\u0007\u202e\u2028\r\n\t日本'
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

/** Escape sequences that draw: cursor, colours, erasing, modes of the screen. None that sets titles or clipboards. */
const DRAWING = new RegExp(`${String.fromCodePoint(27)}\\[[?>=]?[\\d;]*[A-Za-z]`, 'g')
const CONTROL = /(?![\t\n\r])[\p{Cc}\p{Zl}\u202e]/u

function event(more: object = {}) {
  return {
    type: 'shop.order.placed',
    source: 'shop',
    occurred_at: new Date().toISOString(),
    payload: {},
    ...more,
  }
}

/** From its first line to its last; a line that is too wide would push them away. */
const WHOLE = /^hubline [^\n]*\n[^\n]*1 services[\s\S]*\nesc back[^\n]*$/

test('hubline top shows everything as it happens, by keys and at any size, and leaves the terminal as it was', async () => {
  const data = await temporaryFolder()
  let collector = await startCollector({ port: 0, data, logLevel: 'silent' })
  onTestFinished(() => collector.close())
  const { url, port } = collector
  const failure = { severity: 'error', error_type: 'TeaError', message: `no tea ${HOSTILE}` }
  await sendEvents(url, [
    event({ payload: { order: 'before' } }),
    event({ type: 'AgentHeartbeat', instance: 'web-1', payload: { status: 'healthy' } }),
    event({
      type: 'ErrorReported',
      payload: { ...failure, trace: `TeaError: no\n    at brew (/app/${HOSTILE}.js:3:5)` },
    }),
    event({ source: HOSTILE.replace(/[\r\n]/g, ''), type: 'odd.thing', payload: { text: HOSTILE } }),
  ])
  const start = Date.now() - 1000
  await sendSpans(url, [
    {
      service: 'shop',
      traceId: TRACE,
      spanId: '00f067aa0ba902b7',
      name: 'POST /orders',
      start,
      durationMs: 120,
    },
  ])

  const terminal = await Terminal.open({ columns: 110, rows: 24 }, { HUBLINE_URL: url, CI: 'true' })
  await terminal.type(`${HUBLINE} top; echo "ended with $?"`)
  await terminal.shows(
    /^hubline {2}● live .* 2 \w+/,
    /› a.* +up/,
    /^  shop +up .* \d+\.\d +0\.0 % +\d+ ms/m,
    /\[1 services\]/,
    /q quit/,
  )
  await terminal.press('Down', 'Up', 'j', 'Enter')
  await terminal.shows(/INSTANCE .*HOST/, /web-1 +up/, /esc back/)
  await terminal.press('Escape')

  await terminal.press('2')
  await terminal.shows(/\[2 feed\]/, /order=before/)
  await sendEvents(url, [event({ payload: { order: 'as it comes' } })])
  await terminal.shows(/order=as it comes/)
  await terminal.press('Space')
  await terminal.shows(/paused, 0 more/)
  await sendEvents(url, [event({ payload: { order: 'meanwhile' } })])
  const paused = await terminal.shows(/paused, 1 more/)
  expect(paused.join('\n')).not.toContain('order=meanwhile')
  await terminal.press('Enter')
  await terminal.shows(/"order": "as it comes"/)
  await terminal.press('Escape', 'Space')
  await terminal.shows(/order=meanwhile/)
  await terminal.press('/')
  await terminal.type('ODD.thing')
  const filtered = await terminal.shows(/only with "ODD\.thing"/, /odd\.thing/)
  expect(filtered.join('\n')).not.toContain('order=')

  await terminal.press('3')
  await terminal.shows(/shop +open +1 .*TeaError: no tea/)
  await terminal.press('Enter')
  await terminal.shows(/at brew \(\/app\/a/)
  await terminal.resize(50, 12)
  expect((await terminal.shows(WHOLE, /^.{50}$/m)).length).toBe(12)
  await terminal.resize(24, 5)
  expect((await terminal.shows(WHOLE)).length).toBe(5)
  await terminal.press('4')
  await terminal.resize(110, 24)
  await terminal.shows(/POST \/orders/, /\[4 traces\]/)
  await terminal.press('Enter')
  await terminal.shows(/█{20}/, /120 ms/)

  // As the guide of the event bus has it: the service mesh, its bus, and a test event.
  await terminal.press('1', 'b', 'u', 's')
  await terminal.shows(
    /\[5 bus\]/,
    /bus +connected at 127\.0\.0\.1/,
    /ose\.events \(topic\)/,
    /stream-\d+: \d+ waiting/,
  )
  await terminal.press('p')
  await terminal.shows(/published hubline-top\.bus\.tested/, /normal +hubline-top +hubline-top\.bus\.tested/)
  expect(await readJson(`${url}/api/v1/hub/events?source=hubline-top`)).toMatchObject({
    data: [{ type: 'hubline-top.bus.tested', payload: { message: expect.any(String) } }],
  })

  await terminal.press('?')
  await terminal.shows(/p +on the bus: publish/)
  await terminal.press('x', '2')
  await collector.close()
  await terminal.shows(/○ lost/)
  collector = await startCollector({ port, data, logLevel: 'silent' })
  await terminal.shows(/● live/)
  const flood = Array.from({ length: 4000 }, (_, n) => event({ source: 'flood', payload: { n } }))
  await sendEvents(url, flood)
  await terminal.shows(/n=3999/, /came too fast to be shown/)

  await terminal.press('q')
  const last = await terminal.shows(/ended with 0/)
  expect(last.join('\n')).not.toContain('hubline  ●')
  expect(last[0]).toMatch(PROMPT)
  const drawn = (await terminal.written()).replaceAll(DRAWING, '')
  expect(CONTROL.exec(drawn)).toBe(null)
})
