import { type Reader, UNFIT } from './units.ts'

/** The hub's base address without a trailing slash; one without a path gets `/api/v1/hub`. */
export const hubUrl: Reader<string> = (value) => {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || !url.hostname) return UNFIT
  const path = url.pathname.replace(/\/+$/, '')
  return url.origin + (path === '' ? '/api/v1/hub' : path)
}

/** Whether the host part of `url` is this machine's loopback. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
