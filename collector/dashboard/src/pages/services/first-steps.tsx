import type { JSX } from 'preact'
import { EmptyState } from '../../components/empty-state.tsx'

/** What to do when nothing has arrived yet: the exact lines, with this collector's own address. */
export function FirstSteps(): JSX.Element {
  const { origin } = location
  return (
    <EmptyState
      title="Nothing has arrived yet"
      steps={[
        { say: 'In the app:', line: 'app.use(hubline())' },
        { say: 'In its environment:', line: `HUB_API_URL=${origin}` },
        { say: 'Any OpenTelemetry SDK reports here as well:', line: `OTEL_EXPORTER_OTLP_ENDPOINT=${origin}` },
      ]}
    >
      Two lines make an Express app report here; its services, requests and errors appear by themselves.
    </EmptyState>
  )
}
