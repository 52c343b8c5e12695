import type { JSX } from 'preact'
import { href } from '../../app/router.ts'
import { useStore } from '../../app/store.ts'
import { counted } from '../../format/numbers.ts'
import { thisSecond } from '../../format/now.ts'
import { troubleOf, type Service } from './fleet.ts'

const MOST = 3

/** How the fleet is, in a sentence. */
export function Headline({ services }: { services: readonly Service[] }): JSX.Element {
  const now = useStore(thisSecond)
  const troubles = services.flatMap((service) => {
    const trouble = troubleOf(service, now)
    return trouble === undefined ? [] : [{ name: service.name, trouble }]
  })
  const up = services.filter(({ state }) => state === 'up').length
  if (troubles.length === 0) {
    return (
      <h1 class="headline">
        {up === services.length ? 'All' : counted(up, 'service')}{' '}
        {up === services.length && counted(up, 'service')} up, and nothing fails
      </h1>
    )
  }
  const left = troubles.length - MOST
  return (
    <h1 class="headline">
      {troubles.slice(0, MOST).map(({ name, trouble }, index) => (
        <span key={name}>
          {index > 0 && <i aria-hidden="true" />}
          <a href={href(['service', name])}>{name}</a> {trouble}
        </span>
      ))}
      {left > 0 && (
        <span>
          <i aria-hidden="true" />
          {counted(left, 'other')} {left === 1 ? 'needs' : 'need'} a look
        </span>
      )}
    </h1>
  )
}
