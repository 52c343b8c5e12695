import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../components/icons.tsx'
import { LIFECYCLE } from '../live/follow.ts'
import { useLive } from '../live/use-live.ts'
import { connection, type Connection } from './connection.ts'
import { PAGES, type PageEntry } from './pages.ts'
import { theme, zone, type Theme } from './preferences.ts'
import { useStore } from './store.ts'
import './header.css'

const NEXT_THEME = { system: 'light', light: 'dark', dark: 'system' } as const
const THEME_ICONS = { system: 'system', light: 'sun', dark: 'moon' } as const
const THEME_WORDS: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' }

/** Where one can go, how the page stands with the collector, and how times and colours are shown. */
export function Header({ entry, help }: { entry: PageEntry; help: () => void }): JSX.Element {
  const current = entry.under ?? entry.path
  const chosenTheme = useStore(theme)
  const chosenZone = useStore(zone)
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    // Where not all pages have room, the current one is in sight.
    const link = nav.current?.querySelector<HTMLElement>('[aria-current]')
    if (link) nav.current!.scrollLeft = link.offsetLeft - nav.current!.clientWidth / 2
  }, [current])
  return (
    <header class="top">
      <a class="brand" href="#/">
        <img src="./icon.svg" alt="" width="22" height="22" />
        Hubline
      </a>
      <nav ref={nav} aria-label="Pages">
        {PAGES.filter(({ nav }) => nav !== undefined).map(({ path, nav }) => (
          <a key={path} href={`#${path}`} aria-current={path === current ? 'page' : undefined}>
            {nav}
          </a>
        ))}
      </nav>
      <div class="tools">
        <Link connection={useStore(connection)} />
        <button
          type="button"
          class="tool"
          title="Time zone of what is shown"
          aria-label={`Times are ${chosenZone === 'utc' ? 'in UTC' : 'local'}`}
          onClick={() => zone.set(chosenZone === 'utc' ? 'local' : 'utc')}
        >
          {chosenZone === 'utc' ? 'UTC' : 'Local'}
        </button>
        <button
          type="button"
          class="tool"
          title={`Colours: ${THEME_WORDS[chosenTheme]}`}
          aria-label={`Colours: ${THEME_WORDS[chosenTheme]}`}
          onClick={() => theme.set(NEXT_THEME[chosenTheme])}
        >
          <Icon name={THEME_ICONS[chosenTheme]} />
        </button>
        <button type="button" class="tool" title="Keys" aria-label="Show the keys" onClick={help}>
          ?
        </button>
      </div>
    </header>
  )
}

const WORDS = {
  connecting: 'connecting',
  live: 'live',
  again: 'reconnecting',
  lost: 'collector unreachable, trying again',
  out: 'signed out',
}

function Link({ connection: { stream, answers, signIn } }: { connection: Connection }): JSX.Element {
  // Something is followed on every page, so that its state is known on every page.
  useLive(signIn ? null : LIFECYCLE, { take: () => undefined })
  const state = signIn ? 'out' : answers ? stream : 'lost'
  return (
    <p class="link" role="status" data-link={state}>
      {WORDS[state]}
    </p>
  )
}
