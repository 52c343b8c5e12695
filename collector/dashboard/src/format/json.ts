/** Something that came over the network: its fields may be missing or of any type. */
export type Fields = Record<string, unknown>

const MAX_TEXT = 400

/** A value on one line, short enough to be shown: text as it is, all else as JSON. */
export function oneLine(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line
}

/** `key=value` of all fields but those named. */
export function pairs(fields: Fields, except: readonly string[] = []): string[] {
  const others = Object.entries(fields).filter(([key, value]) => !except.includes(key) && value !== null)
  return others.slice(0, 12).map(([key, value]) => `${key}=${oneLine(value)}`)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
