import type { ComponentType, JSX } from 'preact'
import { useEffect, useErrorBoundary, useRef, useState } from 'preact/hooks'
import { Problem } from '../components/problem.tsx'
import { connection } from './connection.ts'
import { Header } from './header.tsx'
import { Help } from './help.tsx'
import { useKeys } from './keys.ts'
import { PAGES, type PageEntry, type PageProps } from './pages.ts'
import { isStep, matchPath, navigate, useRoute } from './router.ts'
import { moveRow } from './row-keys.ts'
import { SignIn } from './sign-in.tsx'
import { useStore } from './store.ts'
import './app.css'

/** The frame around every page. */
export function App(): JSX.Element {
  const { path } = useRoute()
  const { signIn } = useStore(connection)
  const [isHelpOpen, setHelp] = useState(false)
  const found = findPage(path)
  useArrival(path)
  useKeys([
    { keys: '?', label: 'Show the keys', run: () => setHelp(!isHelpOpen) },
    { keys: 'j', label: 'Next row', run: () => moveRow(1) },
    { keys: 'k', label: 'Row before', run: () => moveRow(-1) },
    { keys: 'Escape', label: 'Leave a field, or go up', run: leave },
    ...PAGES.filter(({ key }) => key !== undefined).map(({ key, title, path }) => ({
      keys: `g ${key}`,
      label: `Go to ${title}`,
      run: () => navigate(`#${path}`),
    })),
  ])
  function leave(): void {
    const { activeElement } = document
    const isNowhere = activeElement === document.body || activeElement?.id === 'main'
    if (!isNowhere && activeElement instanceof HTMLElement) activeElement.blur()
    else if (found.entry.under !== undefined) navigate(`#${found.entry.under}`)
  }
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        Skip to the content
      </a>
      <Header entry={found.entry} help={() => setHelp(true)} />
      <main id="main" tabIndex={-1}>
        {signIn ? <SignIn /> : <Loaded entry={found.entry} params={found.params} />}
      </main>
      {isHelpOpen && <Help close={() => setHelp(false)} />}
    </>
  )
}

/** Whoever goes on to another path begins at its top, with the focus there; the way back is the browser's. */
function useArrival(path: string): void {
  useEffect(() => {
    if (!isStep()) return
    scrollTo(0, 0)
    document.getElementById('main')?.focus({ preventScroll: true })
  }, [path])
}

/** The page of a path; the first one where there is none. */
export function findPage(path: string): { entry: PageEntry; params: Record<string, string> } {
  for (const entry of PAGES) {
    const params = matchPath(entry.path, path)
    if (params) return { entry, params }
  }
  return { entry: PAGES[0]!, params: {} }
}

interface Shown {
  entry: PageEntry
  Page: ComponentType<PageProps>
}

/** Shows a page when it is loaded, and until then the one before. */
function Loaded({ entry, params }: { entry: PageEntry; params: Record<string, string> }): JSX.Element {
  const [shown, setShown] = useState<Shown>()
  const [error, setError] = useState<Error>()
  useEffect(() => {
    let isWanted = true
    document.title = entry.path === '/' ? 'Hubline' : `${entry.title}, Hubline`
    const load = async () => {
      try {
        const { default: Page } = await entry.load()
        if (!isWanted) return
        setError(undefined)
        setShown({ entry, Page })
      } catch (reason) {
        if (isWanted) setError(new Error(`this page could not be loaded: ${String(reason)}`))
      }
    }
    void load()
    return () => void (isWanted = false)
  }, [entry])
  if (error) return <Problem error={error} again={() => location.reload()} />
  if (!shown) return <p class="nothing">Loading</p>
  // Of the page before the parameters are not known any more.
  const known = shown.entry === entry ? params : undefined
  return <Guarded key={shown.entry.path} Page={shown.Page} params={known} />
}

/** A page that fails takes nothing else with it. */
function Guarded({
  Page,
  params,
}: {
  Page: ComponentType<PageProps>
  params: Record<string, string> | undefined
}): JSX.Element {
  const [failure, reset] = useErrorBoundary((error: unknown) => console.error(error))
  const last = useRef(params ?? {})
  if (params) last.current = params
  if (failure) return <Problem error={failure as Error} again={reset} />
  return <Page params={last.current} />
}

function toMain(event: MouseEvent): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
