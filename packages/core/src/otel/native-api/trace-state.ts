/** The W3C tracestate in the shape of OpenTelemetry's API. */
export interface TraceState {
  get(key: string): string | undefined
  set(key: string, value: string): TraceState
  unset(key: string): TraceState
  serialize(): string
}

/** Reads a `tracestate` header; undefined for none. */
export function traceStateOf(text: string | undefined): TraceState | undefined {
  return text ? from(parse(text)) : undefined
}

function from(members: ReadonlyMap<string, string>): TraceState {
  const without = (key: string): Map<string, string> => new Map([...members].filter(([name]) => name !== key))
  return {
    get: (key) => members.get(key),
    // What is new goes in front.
    set: (key, value) => from(new Map([[key, value], ...without(key)])),
    unset: (key) => from(without(key)),
    serialize: () => [...members].map(([key, value]) => `${key}=${value}`).join(','),
  }
}

function parse(text: string): Map<string, string> {
  const members = new Map<string, string>()
  for (const member of text.split(',')) {
    const at = member.indexOf('=')
    if (at > 0) members.set(member.slice(0, at).trim(), member.slice(at + 1).trim())
  }
  return members
}
