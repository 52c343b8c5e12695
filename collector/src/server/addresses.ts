const LOOPBACK_NAMES = new Set(['localhost', '[::1]', '::1'])

/** Whether a listening address or host name (without port) is this machine's loopback. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.has(host.toLowerCase()) || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * The host name of a `Host` header or URL authority, without its port.
 *
 * @returns undefined when it is no plain `name`, `name:port` or `[v6]:port`.
 */
export function hostName(authority: string): string | undefined {
  return /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/.exec(authority)?.[1]?.toLowerCase()
}

/** `http://…` under which a listening address can be opened on this machine. */
export function baseUrl(host: string, port: number): string {
  const name =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}
