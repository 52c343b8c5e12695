import { useMemo } from 'preact/hooks'
import type { ChartMark } from '../../components/chart-marks.ts'
import { WINDOWS } from '../services/fleet.ts'
import { chartMarks } from '../services/service-charts.tsx'
import { useFleet } from '../services/use-fleet.ts'

const MARKS_MS = 30_000

/** Starts, deploys and ends of some services, as marks of a chart. */
export function useMarks(services: readonly string[], range: string): ChartMark[] {
  const window = WINDOWS.find(({ value }) => value === range)?.value ?? '1h'
  const service = services.length === 1 ? services[0] : undefined
  const { data } = useFleet({ window, service }, MARKS_MS)
  const names = services.join('\n')
  return useMemo(() => {
    const found = (data?.services ?? []).filter(({ name }) => services.includes(name))
    return found.flatMap(({ name, marks }) =>
      chartMarks(marks).map((mark) => ({
        ...mark,
        label: found.length > 1 ? `${name} ${mark.label}` : mark.label,
      })),
    )
  }, [data, names])
}
