import type { IncomingHttpHeaders } from 'node:http'
import { hostName, isLoopback } from './addresses.ts'
import { HttpError } from './errors.ts'

const FORWARDING = /^(forwarded|x-forwarded-.*)$/

/** What the doors look at of a request. */
export interface DoorRequest {
  method: string
  /** Path without query. */
  path: string
  headers: IncomingHttpHeaders
}

/**
 * Checks of a collector without tokens, where being on this machine is the only right there is: a web page must not
 * reach it through a rebound name (Host), from another site (Origin, Sec-Fetch-Site) or through a proxy.
 *
 * @throws {HttpError} 403
 */
export function checkLocalDoor(request: DoorRequest): void {
  const { headers } = request
  const forwarded = Object.keys(headers).find((name) => FORWARDING.test(name))
  if (forwarded !== undefined) {
    throw new HttpError(
      'forwarding_refused',
      `the header ${forwarded} says that a proxy is in front; without tokens only direct requests are taken`,
    )
  }
  const host = hostName(headers.host ?? '')
  if (host === undefined || !isLoopback(host)) {
    throw new HttpError(
      'host_refused',
      `the Host header is "${headers.host ?? ''}"; without tokens it must be localhost, 127.0.0.1 or [::1]`,
    )
  }
  checkOrigin(request, isLoopbackOrigin)
}

/**
 * Checks of a collector with tokens: a page of another site may bring a token of its own to `/v1/`, but must not ride
 * on the cookie of the dashboard.
 *
 * @throws {HttpError} 403
 */
export function checkTokenDoor(request: DoorRequest): void {
  checkOrigin(request, () => true)
}

function checkOrigin(
  { method, path, headers }: DoorRequest,
  telemetryFrom: (origin: string) => boolean,
): void {
  const { origin } = headers
  if (origin !== undefined) {
    if (isSameOrigin(origin, headers.host)) return
    if (path.startsWith('/v1/') && telemetryFrom(origin)) return
    throw new HttpError(
      'origin_refused',
      `pages of the origin "${origin}" may not call this; only OTLP under /v1/ is open to other pages`,
    )
  }
  // Pages of other ports of this machine are of the same site.
  const site = headers['sec-fetch-site']
  const navigation = headers['sec-fetch-mode'] === 'navigate' && (method === 'GET' || method === 'HEAD')
  if ((site === 'cross-site' || site === 'same-site') && !navigation) {
    throw new HttpError('origin_refused', 'another site asked for this; open the dashboard directly')
  }
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return origin === `http://${host}` || origin === `https://${host}`
}

/** Whether an Origin header names a page served from this machine. */
export function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/(.+)$/.exec(origin)
  const host = match && hostName(match[1]!)
  return typeof host === 'string' && isLoopback(host)
}
