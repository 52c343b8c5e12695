import type uPlot from 'uplot'

/** Something that happened at one time, across a chart. */
export interface ChartMark {
  /** Milliseconds since the epoch. */
  at: number
  label: string
  /** A colour of the design. */
  colour: string
}

/** Draws a line for each mark, and its words where there is room since the one before. */
export function markLines(plot: uPlot, marks: readonly ChartMark[], colour: (name: string) => string): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  let free = bbox.left
  ctx.save()
  ctx.font = `${10 * ratio}px system-ui, sans-serif`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'top'
  ctx.lineWidth = ratio
  ctx.setLineDash([3 * ratio, 3 * ratio])
  for (const { at, label, colour: name } of marks.toSorted((a, b) => a.at - b.at)) {
    const x = plot.valToPos(at / 1000, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.strokeStyle = ctx.fillStyle = colour(name)
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    const { width } = ctx.measureText(label)
    if (x < free || x + width + 6 * ratio > bbox.left + bbox.width) continue
    ctx.fillText(label, x + 4 * ratio, bbox.top + ratio)
    free = x + width + 10 * ratio
  }
  ctx.restore()
}
