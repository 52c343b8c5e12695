import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import type { Json, TestCollector } from './collector.ts'
import { logsRequest, type LogInput } from './otlp-json.ts'

export const START: number = Date.UTC(2026, 0, 31, 12)
export const TRACE = '0af7651916cd43dd8448eb211c80319c'
export const SPAN = 'b7ad6b7169203331'
export const SHOP = {
  'service.name': 'shop',
  'service.instance.id': 'i1',
  'deployment.environment.name': 'prod',
}

export async function send(
  hub: TestCollector,
  records: LogInput[],
  resource: Record<string, string> = SHOP,
): Promise<void> {
  const { status, body } = await hub.post('/v1/logs', logsRequest(resource, records))
  expect([status, body]).toEqual([200, {}])
}

export type Parameters = Record<string, string | number | string[]>

export function query(parameters: Parameters): string {
  return new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, String(one)]),
    ),
  ).toString()
}

export const iso = (ms: number): string => new Date(ms).toISOString()

/** Bodies of what a search finds, page by page. */
export async function bodies(hub: TestCollector, parameters: Parameters = {}): Promise<Json[]> {
  const found: Json[] = []
  for (let cursor = ''; ;) {
    const { status, body } = await hub.get(`/api/v1/logs?${query({ ...parameters, cursor })}`)
    expect(status, JSON.stringify(body)).toBe(200)
    found.push(...body.data.map((record: Json) => record.body))
    if (!body.has_more) return found
    cursor = body.next_cursor
  }
}

/** Waits until every sealed part of logs has its words indexed. */
export async function indexed(hub: TestCollector): Promise<void> {
  await vi.waitFor(() => {
    const catalog = new DatabaseSync(join(hub.collector.dataDir, 'catalog.db'), { readOnly: true })
    const { n } = catalog
      .prepare(
        `SELECT count(*) AS n FROM parts WHERE signal = 'logs' AND sealed = 1
          AND id > coalesce((SELECT seq FROM watermarks WHERE signal = 'logs_text'), 0)`,
      )
      .get() as { n: number }
    catalog.close()
    expect(n).toBe(0)
  }, 15_000)
}
