// node bench/overhead/profile.ts: where the cost of a request goes, by a CPU profile of each app with Hubline under full load. Writes
// it into docs/performance.md.
//   --only express    frameworks, by commas; then nothing is written
//   --variant adopt   another of those in cases.ts; then nothing is written
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startCollector } from '../ingest/processes.ts'
import { figure, markdownTable, withSection } from '../report/document.ts'
import { describeMachine, machine } from '../report/machine.ts'
import { startApp } from './app-process.ts'
import { startSurroundings, type Surroundings } from './bench-processes.ts'
import { type Framework, FRAMEWORKS, variantOf } from './cases.ts'
import { type CpuProfile, type Stack, stacksOf } from './cpu-profile.ts'
import { APP_CORE, OTHER_CORE } from './measure.ts'
import { groupShares, GROUPS, ownShares } from './profile-groups.ts'
import { FRAMEWORK_TITLES } from './tables.ts'

const WARM_UP_SECONDS = 3
const SECONDS = 6
const INTERVAL_MICROS = 100
const MOST_FUNCTIONS = 12
const DOCUMENT = fileURLToPath(new URL('../../docs/performance.md', import.meta.url))

interface Profiled {
  framework: Framework
  /** CPU of the whole process for each request, the profiler's included. */
  cpuMicros: number
  stacks: Stack[]
}

const { values } = parseArgs({
  options: { only: { type: 'string' }, variant: { type: 'string', default: 'native' } },
})

async function profile(framework: Framework, around: Surroundings): Promise<Profiled> {
  const variant = variantOf(values.variant)
  const folder = mkdtempSync(join(tmpdir(), 'hubline-profile-'))
  const collector = await startCollector(OTHER_CORE)
  try {
    const options = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_MICROS}`]
    const app = await startApp(APP_CORE, framework, variant.file, variant.env(collector.url), options)
    const url = `${app.url}/orders/42`
    await around.load({ url, seconds: WARM_UP_SECONDS })
    const before = app.cpuSeconds()
    const { answered, seconds } = await around.load({ url, seconds: SECONDS })
    const cpuMicros = ((app.cpuSeconds() - before) * 1e6) / answered
    await app.stop()
    const [file] = readdirSync(folder)
    const text = readFileSync(join(folder, file!), 'utf8')
    return { framework, cpuMicros, stacks: stacksOf(JSON.parse(text) as CpuProfile, seconds) }
  } finally {
    await collector.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function describe(all: readonly Profiled[]): string {
  const shares = all.map(({ stacks }) => groupShares(stacks))
  const titles = all.map(({ framework }) => FRAMEWORK_TITLES[framework])
  const rows = GROUPS.map((group) => [
    group,
    ...all.flatMap(({ cpuMicros }, at) => {
      const share = shares[at]!.get(group) ?? 0
      return [percent(share), figure(share * cpuMicros)]
    }),
  ])
  const head = ['time goes to', ...titles.flatMap((title) => [title, 'µs'])]
  const lists = all.map(({ stacks }, at) => {
    const lines = ownShares(stacks, MOST_FUNCTIONS).map(
      ([name, share]) => `${percent(share).padStart(7)}  ${name}`,
    )
    return `${titles[at]}:\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\``
  })
  return [
    `${describeMachine(machine())}; ${SECONDS} s of full load each, a sample every ${INTERVAL_MICROS} µs.`,
    markdownTable(head, rows),
    'Of our own functions these take the most themselves:',
    ...lists,
  ].join('\n\n')
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

const wanted = values.only?.split(',') ?? FRAMEWORKS
const around = await startSurroundings(OTHER_CORE)
const all: Profiled[] = []
try {
  for (const framework of FRAMEWORKS.filter((each) => wanted.includes(each)))
    all.push(await profile(framework, around))
} finally {
  around.end()
}
const text = describe(all)
console.log(text)
if (values.only === undefined && values.variant === 'native')
  writeFileSync(DOCUMENT, withSection(readFileSync(DOCUMENT, 'utf8'), 'bench/overhead/profile', text))
