/** What the demo reads of `GET /api/v1/services`. */
export interface Service {
  name: string
  state: string
  events_by_type: Record<string, number>
  counts: { spans: number; logs: number }
}

export interface HubEvent {
  type: string
  payload: { state?: string }
}

export interface TraceSummary {
  trace_id: string
  name: string
  services: string[]
  spans: number
  duration_ms: number
}

/** Reads the collector's answers; every number that the demo prints comes from here. */
export class CollectorApi {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  async services(): Promise<Service[]> {
    return (await this.#get<{ data: Service[] }>('/api/v1/services')).data
  }

  /** States that `source` reported, oldest first. */
  async lifecycle(source: string): Promise<string[]> {
    const query = new URLSearchParams({ source, type: 'LifecycleChanged', limit: '200' })
    const { data } = await this.#get<{ data: HubEvent[] }>(`/api/v1/hub/events?${query}`)
    return data.map(({ payload }) => payload.state ?? '?')
  }

  async traces(limit: number): Promise<TraceSummary[]> {
    return (await this.#get<{ data: TraceSummary[] }>(`/api/v1/traces?limit=${limit}`)).data
  }

  async stats(): Promise<{ stored: Record<string, number>; disk_bytes: number }> {
    return this.#get('/api/v1/stats')
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(this.#url + path)
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as T
  }
}
