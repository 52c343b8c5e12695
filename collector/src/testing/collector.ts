import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { startCollector, type Collector } from '../collector.ts'
import type { CollectorOptions } from '../options.ts'

/** A data directory of its own, removed when the test ends. */
export async function dataDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hubline-collector-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

/** A collector on a free port, closed when the test ends. */
export async function collectorForTest(options: CollectorOptions = {}): Promise<TestCollector> {
  const data = options.data ?? (await dataDirectory())
  const collector = await startCollector({ port: 0, logLevel: 'error', ...options, data })
  onTestFinished(() => collector.close())
  return new TestCollector(collector)
}

/** One collector for all tests of a file, which keep apart what they send by its names; closed when they have ended. */
export function collectorForFile(options: CollectorOptions = {}): () => TestCollector {
  let hub: TestCollector | undefined
  let data: string | undefined
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'hubline-collector-'))
    hub = new TestCollector(await startCollector({ port: 0, logLevel: 'error', ...options, data }))
  })
  afterAll(async () => {
    await hub?.collector.close()
    if (data !== undefined) await rm(data, { recursive: true, force: true })
  })
  return () => hub!
}

/** An answer's JSON, of whatever shape; what a test expects of it is what it checks. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

export interface Answer {
  status: number
  headers: Headers
  body: Json
}

/** Speaks to a collector and reads what it says as JSON. */
export class TestCollector {
  readonly url: string
  readonly collector: Collector

  constructor(collector: Collector) {
    this.collector = collector
    this.url = collector.url
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return answer(await fetch(this.url + path, { headers, redirect: 'manual' }))
  }

  /** Posts bytes or text as they are, anything else as JSON. */
  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: raw ? (body as NonNullable<RequestInit['body']>) : JSON.stringify(body),
    })
    return answer(response)
  }

  events(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post('/api/v1/hub/events', body, headers)
  }

  /** Every stored event, page by page. */
  async allEvents(query = '', limit = 200): Promise<Json[]> {
    const all: Json[] = []
    for (let cursor = ''; ;) {
      const path = `/api/v1/hub/events?limit=${limit}&cursor=${cursor}${query}`
      const { body } = await this.get(path)
      all.push(...body.data)
      if (!body.has_more) return all
      cursor = body.next_cursor
    }
  }
}

async function answer(response: Response): Promise<Answer> {
  const text = await response.text()
  const json = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text }
}

/** A valid event; `overrides` go over it. */
export function event(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'shop.order.placed',
    source: 'shop',
    occurred_at: new Date().toISOString(),
    payload: {},
    ...overrides,
  }
}
