import type { JSX } from 'preact'
import { useStore } from '../../app/store.ts'
import { zone } from '../../app/preferences.ts'
import { percent } from '../../format/numbers.ts'
import { shortTime } from '../../format/time.tsx'
import { STATES, type Service } from './fleet.ts'
import './strip.css'

type Cells = Service['uptime']['strip']
const GRAVEST: readonly string[] = [...STATES, 'unobserved']

/** Two steps as one, as grave as the graver. */
function pairs(strip: Cells): Cells {
  return strip
    .filter((_, index) => index % 2 === 0)
    .map((cell, index) => {
      const other = strip[index * 2 + 1] ?? cell
      return GRAVEST.indexOf(other.state) < GRAVEST.indexOf(cell.state) ? { ...other, at: cell.at } : cell
    })
}

/** How a service was in each half hour (or hour, where it is small) of the last day, at its gravest, and the share of the time that it was there. */
export function Strip({
  uptime: { share, strip },
  large,
}: {
  uptime: Service['uptime']
  large?: boolean
}): JSX.Element {
  const zoneNow = useStore(zone)
  const told =
    share === null ? 'never expected in the last 24 hours' : `${percent(share)} up in the last 24 hours`
  return (
    <span class={large ? 'strip large' : 'strip'}>
      <span class="cells" role="img" aria-label={told}>
        {(large ? strip : pairs(strip)).map(({ at, state }) => (
          <i key={at} class={`is-${state}`} title={`${shortTime(Date.parse(at), zoneNow)} ${state}`} />
        ))}
      </span>
      <span class="share">{share === null ? '' : percent(share)}</span>
    </span>
  )
}
