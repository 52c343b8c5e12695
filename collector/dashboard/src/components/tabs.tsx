import type { JSX } from 'preact'
import { useQueryState } from '../app/router.ts'
import './tabs.css'

interface TabsProps {
  /** The entry of the address that says which is open. */
  name?: string
  /** The first is open where the address says nothing. */
  tabs: readonly { id: string; title: string; count?: number | undefined }[]
}

/** Which tab the address asks for. */
export function useTab<Id extends string>(ids: readonly [Id, ...Id[]], name = 'tab'): Id {
  const [chosen] = useQueryState(name)
  return ids.find((id) => id === chosen) ?? ids[0]
}

/** The parts of a page, one of which is open. */
export function Tabs({ name = 'tab', tabs }: TabsProps): JSX.Element {
  const [chosen, choose] = useQueryState(name)
  const open = tabs.find(({ id }) => id === chosen) ?? tabs[0]
  const move = (by: number) => (event: KeyboardEvent) => {
    const next = tabs[(tabs.indexOf(open!) + by + tabs.length) % tabs.length]!
    choose(next.id === tabs[0]!.id ? '' : next.id)
    const list = (event.currentTarget as HTMLElement).children
    ;(list[tabs.indexOf(next)] as HTMLElement).focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowRight') move(1)(event)
    if (event.key === 'ArrowLeft') move(-1)(event)
  }
  return (
    <div class="tabs" role="tablist" onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          aria-selected={tab === open}
          tabIndex={tab === open ? 0 : -1}
          onClick={() => choose(tab === tabs[0] ? '' : tab.id)}
        >
          {tab.title}
          {tab.count !== undefined && <small> {tab.count}</small>}
        </button>
      ))}
    </div>
  )
}
