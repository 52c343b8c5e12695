import type { ComponentType } from 'preact'

/** What a page is handed: the parts of the path that its pattern names. */
export interface PageProps {
  params: Readonly<Record<string, string>>
}

/** A page: loaded when the address first asks for it. */
export interface PageEntry {
  /** Such as `/trace/:id`. */
  path: string
  title: string
  /** The name in the navigation; without one, other pages lead here. */
  nav?: string
  /** Of which entry in the navigation it is a part: the `path` of that. */
  under?: string
  /** The letter after `g` that leads here. */
  key?: string
  load: () => Promise<{ default: ComponentType<PageProps> }>
}

/** All pages, in the order of the navigation. The first is where an address leads that none has. */
export const PAGES: readonly PageEntry[] = [
  {
    path: '/',
    title: 'Services',
    nav: 'Services',
    key: 's',
    load: () => import('../pages/services/page.tsx'),
  },
  {
    path: '/service/:name',
    title: 'Service',
    under: '/',
    load: () => import('../pages/services/service-page.tsx'),
  },
  { path: '/live', title: 'Live', nav: 'Live', key: 'l', load: () => import('../pages/live/page.tsx') },
  {
    path: '/errors',
    title: 'Errors',
    nav: 'Errors',
    key: 'e',
    load: () => import('../pages/errors/page.tsx'),
  },
  {
    path: '/errors/:id',
    title: 'Error',
    under: '/errors',
    load: () => import('../pages/errors/error-page.tsx'),
  },
  { path: '/logs', title: 'Logs', nav: 'Logs', key: 'o', load: () => import('../pages/logs/page.tsx') },
  {
    path: '/traces',
    title: 'Traces',
    nav: 'Traces',
    key: 't',
    load: () => import('../pages/traces/page.tsx'),
  },
  {
    path: '/metrics',
    title: 'Metrics',
    nav: 'Metrics',
    key: 'n',
    load: () => import('../pages/metrics/page.tsx'),
  },
  { path: '/trace/:id', title: 'Trace', under: '/traces', load: () => import('../pages/trace/page.tsx') },
  {
    path: '/correlation/:id',
    title: 'Correlation',
    under: '/traces',
    load: () => import('../pages/correlation/page.tsx'),
  },
  { path: '/map', title: 'Service map', nav: 'Map', key: 'm', load: () => import('../pages/map/page.tsx') },
  {
    path: '/collector',
    title: 'Collector',
    nav: 'Collector',
    key: 'c',
    load: () => import('../pages/collector/page.tsx'),
  },
]
