interface Told {
  timestamp: string
  source_system: string
  event_type: string
  severity: string
}

/** What the collector has of a story, in the order in which it happened: a line for each event. */
export async function timeline(url: string, correlationId: string): Promise<string[]> {
  const response = await fetch(`${url}/events/correlation/${encodeURIComponent(correlationId)}`)
  const { events } = (await response.json()) as { events: Told[] }
  const inOrder = events.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))
  return inOrder.map(({ timestamp, source_system, event_type, severity }) =>
    [timestamp.slice(11, 23), source_system.padEnd(13), severity.padEnd(7), event_type].join('  '),
  )
}
