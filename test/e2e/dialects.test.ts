import { createHub } from '@hubline/core'
import { expect, it } from 'vitest'
import { sayEveryKind } from '../support/every-kind.ts'
import { collectorProcess, temporaryFolder } from '../support/programs.ts'
import { readJson } from '../support/read-back.ts'

interface Stored {
  id: string
  type: string
  seq: number
  instance: string
  env: string
}

it.each(['hub', 'mesh', 'ecosystem'] as const)(
  'the collector has everything that a service says in the words of the %s',
  async (dialect) => {
    const { url } = await collectorProcess(await temporaryFolder())
    const instance = `${dialect}-1`
    const options = { source: 'shop', env: 'test', instance, batchTimeout: 1, logLevel: 'silent' } as const
    const hub = createHub({ url, dialect, ...options })
    sayEveryKind(hub)
    await hub.close()

    const { generated } = hub.stats()
    const { data } = await readJson<{ data: Stored[] }>(`${url}/api/v1/hub/events?source=shop&limit=200`)
    const bySeq = data.toSorted((a, b) => a.seq - b.seq)
    expect(bySeq.map(({ seq }) => seq)).toEqual(Array.from({ length: generated }, (_, at) => at + 1))
    expect(new Set(bySeq.map(({ type }) => type))).toEqual(
      new Set([
        'AppRegistered',
        'LifecycleChanged',
        'InteractionDetected',
        'MetricReported',
        'ErrorReported',
        'SecuritySignal',
        'DeploySignal',
        'AgentHeartbeat',
        'shop.stock.reserved',
      ]),
    )
    expect(bySeq.find(({ type }) => type === 'shop.stock.reserved')).toMatchObject({
      severity: 'debug',
      tags: ['a'],
      payload: { sku: 'tea' },
      env: 'test',
      instance,
    })
    expect(await readJson(`${url}/api/v1/services/shop/delivery`)).toMatchObject({
      totals: { generated, stored: generated, missing: 0, duplicates: 0, exact: true },
    })
    expect(await readJson(`${url}/api/v1/services/shop`)).toMatchObject({ state: 'stopped', env: 'test' })
  },
)
