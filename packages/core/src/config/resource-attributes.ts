/** Reads OTEL_RESOURCE_ATTRIBUTES: `key=value,key=value` with percent-encoded values; broken pairs are skipped. */
export function parseResourceAttributes(text: string | undefined): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = Object.create(null)
  for (const pair of text?.split(',') ?? []) {
    const at = pair.indexOf('=')
    const key = pair.slice(0, at).trim()
    if (at < 1 || !key) continue
    try {
      attributes[key] = decodeURIComponent(pair.slice(at + 1).trim())
    } catch {}
  }
  return Object.freeze(attributes)
}
