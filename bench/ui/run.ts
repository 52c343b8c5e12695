// node bench/ui/run.ts [--quick] [--rounds 5]
// What the dashboard takes to show itself, to follow a flood and to scroll; writes bench/results/ui.json and docs/performance.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { withSection } from '../report/document.ts'
import { machine } from '../report/machine.ts'
import { measureUi } from './measure.ts'
import { describeUi, type UiRun } from './report.ts'

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
})
if (!/^[1-9]\d?$/.test(values.rounds))
  throw new Error(`--rounds is "${values.rounds}"; it must be a whole number from 1 to 99`)

const began = performance.now()
const log = (line: string) =>
  console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}`)
const all = { eventsPerSecond: 2000, spans: 10_000, log }
const sizes = values.quick
  ? { rounds: 1, stored: 20_000, opened: 2, liveSeconds: 2, scrollSeconds: 2 }
  : { rounds: Number(values.rounds), stored: 1_000_000, opened: 5, liveSeconds: 10, scrollSeconds: 5 }

const run: UiRun = { machine: machine(), ...(await measureUi({ ...all, ...sizes })) }
console.log(`\n${describeUi(run)}`)
if (values.quick) console.log('\na quick run is not written down')
else write()

function write(): void {
  const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
  const [results, page] = [at('bench/results/ui.json'), at('docs/performance.md')]
  mkdirSync(at('bench/results'), { recursive: true })
  writeFileSync(results, `${JSON.stringify(run, null, 2)}\n`)
  writeFileSync(page, withSection(readFileSync(page, 'utf8'), 'bench/ui', describeUi(run)))
}
