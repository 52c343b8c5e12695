import { FRAMEWORKS, VARIANTS } from './cases.ts'
import type { OverheadRun } from './samples.ts'
import { addedCpu, FRAMEWORK_TITLES } from './tables.ts'

const [WIDTH, LABELS, ROW, BAR, FIGURES] = [760, 190, 20, 12, 60]
const SHOWN = VARIANTS.filter(({ name }) => name !== 'bare')

// The page behind is light or dark, and the picture has no ground of its own.
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #3d444d }
  .title { font-weight: 600; font-size: 13px }
  .bar { fill: #9aa4b1 } .own { fill: #1f7a6d } .spread { stroke: #3d444d; stroke-width: 1 }
  @media (prefers-color-scheme: dark) {
    text { fill: #d1d7e0 } .bar { fill: #656e7a } .own { fill: #3fb8a5 } .spread { stroke: #d1d7e0 }
  }`

/** Bars of the CPU that each variant adds to a request, with the least and the most of the rounds. */
export function overheadChart(run: OverheadRun): string {
  const most = Math.max(
    1,
    ...FRAMEWORKS.flatMap((framework) =>
      SHOWN.map(({ name }) => addedCpu(run, { framework, variant: name })?.most ?? 0),
    ),
  )
  const scale = (micros: number) => (Math.max(0, micros) / most) * (WIDTH - LABELS - FIGURES)
  const parts: string[] = []
  let y = 18
  for (const framework of FRAMEWORKS) {
    parts.push(
      `<text class="title" x="0" y="${y}">${FRAMEWORK_TITLES[framework]}: CPU added to a request, µs</text>`,
    )
    for (const { name, title } of SHOWN) {
      const added = addedCpu(run, { framework, variant: name })
      y += ROW
      parts.push(`<text x="${LABELS - 8}" y="${y + BAR - 2}" text-anchor="end">${title}</text>`)
      if (!added) continue
      const [length, from, to] = [added.median, added.least, added.most].map(scale) as [
        number,
        number,
        number,
      ]
      const middle = y + BAR / 2
      parts.push(
        `<rect class="${title.includes('Hubline') ? 'own' : 'bar'}" x="${LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`,
        `<line class="spread" x1="${(LABELS + from).toFixed(1)}" x2="${(LABELS + to).toFixed(1)}" y1="${middle}" y2="${middle}"/>`,
        `<text x="${(LABELS + Math.max(length, to) + 6).toFixed(1)}" y="${y + BAR - 2}">${added.median.toFixed(1)}</text>`,
      )
    }
    y += ROW * 2
  }
  const { date, cpu, cores, node } = run.machine
  const said = `CPU added to each request, measured ${date} on ${cores} cores of ${cpu} with node ${node}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y - ROW}" role="img" aria-label="${said}">
<style>${STYLE}
</style>
${parts.join('\n')}
</svg>
`
}
