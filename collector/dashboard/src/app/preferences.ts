import { keptStore, type Store } from './store.ts'

export type Theme = 'system' | 'light' | 'dark'
export type Zone = 'local' | 'utc'

/** Light or dark; `public/theme.js` reads the same name before the first paint. */
export const theme: Store<Theme> = keptStore<Theme>('hubline.theme', ['system', 'light', 'dark'])

/** In which zone times are told. */
export const zone: Store<Zone> = keptStore<Zone>('hubline.zone', ['local', 'utc'])

theme.watch(() => {
  const chosen = theme.get()
  if (chosen === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = chosen
})
