/** Where the page shows what an answer is about. */
export interface Links {
  service(name: string): string
  trace(id: string): string
  error(id: string): string
  correlation(id: string): string
}

/** @param base of the collector, as its caller reaches it */
export function linksTo(base: string): Links {
  const page = (kind: string) => (id: string) => `${base}/ui/#/${kind}/${encodeURIComponent(id)}`
  return {
    service: page('service'),
    trace: page('trace'),
    error: page('errors'),
    correlation: page('correlation'),
  }
}
