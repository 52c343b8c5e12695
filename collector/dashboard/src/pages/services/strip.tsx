import type { JSX } from 'preact'
import { useStore } from '../../app/store.ts'
import { zone } from '../../app/preferences.ts'
import { percent } from '../../format/numbers.ts'
import { shortTime } from '../../format/time.tsx'
import { STATES, type Service } from './fleet.ts'
import './strip.css'

type State = Service['uptime']['states'][number]
const GRAVEST: readonly string[] = [...STATES, 'unobserved']

/** Two steps as one, as grave as the graver. */
function pairs(states: readonly State[]): State[] {
  return states
    .filter((_, index) => index % 2 === 0)
    .map((state, index) => {
      const next = states[index * 2 + 1] ?? state
      return GRAVEST.indexOf(next) < GRAVEST.indexOf(state) ? next : state
    })
}

/**
 * How a service was in each half hour (or hour, where it is small) of the last day, at its gravest, and the share of the
 * time that it was there.
 */
export function Strip({
  uptime,
  large = false,
}: {
  uptime: Service['uptime']
  large?: boolean
}): JSX.Element {
  const zoneNow = useStore(zone)
  const { share, since, step_s, states } = uptime
  const step = step_s * 1000 * (large ? 1 : 2)
  const told =
    share === null ? 'never expected in the last 24 hours' : `${percent(share)} up in the last 24 hours`
  return (
    <span class={large ? 'strip large' : 'strip'}>
      <span class="cells" role="img" aria-label={told}>
        {(large ? states : pairs(states)).map((state, index) => (
          <i
            key={index}
            class={`is-${state}`}
            title={`${shortTime(Date.parse(since) + index * step, zoneNow)} ${state}`}
          />
        ))}
      </span>
      <span class="share">{share === null ? '' : percent(share)}</span>
    </span>
  )
}
