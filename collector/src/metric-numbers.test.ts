import { expect, test } from 'vitest'
import { collectorForFile, type Json } from './testing/collector.ts'
import {
  ask,
  at,
  CUMULATIVE,
  DELTA,
  gauge,
  iso,
  point,
  send,
  SHOP,
  sum,
  values,
} from './testing/metric-points.ts'

// Small parts, so that all of it holds over several.
const shared = collectorForFile({ limits: { partRows: 2 } })

test('a gauge is told by its last, average, least and greatest value, with nothing where nothing is known', async () => {
  const hub = shared()
  const seconds = [0, 3, 6, 9, 10, 40, 43]
  await send(hub, [
    gauge(
      'heat',
      seconds.map((second) => point(second, { asDouble: second })),
    ),
  ])
  const body = await ask(hub, [0, 60], 'name=heat&step=10s&fn=last,avg,min,max')
  expect(body).toMatchObject({
    name: 'heat',
    type: 'gauge',
    step_ms: 10_000,
    total_groups: 1,
    truncated: false,
  })
  expect(body.times).toEqual([0, 10, 20, 30, 40, 50].map((second) => iso(at(second))))
  expect(body.lines.map(({ fn, values }: Json) => [fn, values])).toEqual([
    ['last', [9, 10, null, null, 43, null]],
    ['avg', [4.5, 10, null, null, 41.5, null]],
    ['min', [0, 10, null, null, 40, null]],
    ['max', [9, 10, null, null, 43, null]],
  ])
  expect(body.lines[0].labels).toEqual({ 'service.name': 'shop', 'service.instance.id': 'i1' })
})

test('steps shorter than the pace of a gauge have its last value, a gap has none', async () => {
  const hub = shared()
  const seconds = [0, 60, 120, 300, 360]
  await send(hub, [
    gauge(
      'pace',
      seconds.map((second) => point(second, { asInt: String(second) })),
    ),
  ])
  const [line] = values(await ask(hub, [0, 390], 'name=pace&step=30s&fn=last'))
  expect(line).toEqual([0, 0, 60, 60, 120, null, null, null, null, null, 300, 300, 360])
})

test('rates of a cumulative sum go on over restarts, duplicates and disorder', async () => {
  const hub = shared()
  const counted: [second: number, value: number, from: number][] = [
    [10, 10, 0],
    [30, 50, 0],
    [20, 30, 0],
    [20, 30, 0],
    // Started anew at 35: what it counted before it was told again is unknown.
    [40, 5, 35],
    [50, 25, 35],
    // Became smaller without saying so: started anew somewhere after 50.
    [60, 7, 35],
  ]
  for (const [second, value, from] of counted) {
    await send(hub, [sum('orders', CUMULATIVE, [point(second, { asInt: String(value) }, { from })])])
  }
  expect(values(await ask(hub, [0, 70], 'name=orders&step=10s&fn=increase'))).toEqual([
    [10, 20, 20, 5, 20, 7, null],
  ])
  expect(values(await ask(hub, [0, 70], 'name=orders&step=10s&fn=rate'))).toEqual([
    [1, 2, 2, 0.5, 2, 0.7, null],
  ])
  // The range may begin anywhere: what came before it is where counting starts.
  expect(values(await ask(hub, [20, 60], 'name=orders&step=20s&fn=increase'))).toEqual([[25, 27]])
})

test('delta and cumulative points of the same count tell the same', async () => {
  const hub = shared()
  const steps = [4, 0, 6, 10]
  let total = 0
  for (const [index, added] of steps.entries()) {
    const [from, to] = [index * 10, index * 10 + 10]
    total += added
    const delta = point(to, { asInt: String(added) }, { from })
    await send(hub, [
      sum('c', CUMULATIVE, [point(to, { asInt: String(total) }, { from: 0 })]),
      // Sent twice, as after an answer that was lost.
      sum('d', DELTA, added > 0 ? [delta, delta] : []),
    ])
  }
  const of = async (name: string) => values(await ask(hub, [0, 40], `name=${name}&step=20s&fn=increase,rate`))
  expect(await of('c')).toEqual([
    [4, 16],
    [0.2, 0.8],
  ])
  expect(await of('d')).toEqual(await of('c'))
})

test('a sum that goes up and down is told by its value', async () => {
  const hub = shared()
  const points = [3, 5, 2].map((value, n) => point(n * 10, { asInt: String(value) }, { from: 0 }))
  await send(hub, [sum('queue', CUMULATIVE, points, false)])
  expect(values(await ask(hub, [0, 30], 'name=queue&step=10s'))).toEqual([[3, 5, 2]])
})

test('series are filtered and taken together by their labels and by those of their resource', async () => {
  const hub = shared()
  for (const [instance, factor] of [
    ['i1', 1],
    ['i2', 10],
  ] as const) {
    const points = ['GET', 'POST'].flatMap((method, m) =>
      [0, 10, 20].map((second) =>
        point(second, { asInt: String(second * (m + 1) * factor) }, { from: -1000, labels: { method } }),
      ),
    )
    await send(hub, [sum('requests', CUMULATIVE, points)], { ...SHOP, 'service.instance.id': instance })
  }
  const lines = async (given: string) => {
    const body = await ask(hub, [10, 20], `name=requests&step=10s&${given}`)
    return body.lines.map(({ labels, values }: Json) => [labels, values[0]])
  }
  expect(await lines('by=method')).toEqual([
    [{ method: 'GET' }, 11],
    [{ method: 'POST' }, 22],
  ])
  expect(await lines('by=service.instance.id&agg=max')).toEqual([
    [{ 'service.instance.id': 'i1' }, 2],
    [{ 'service.instance.id': 'i2' }, 20],
  ])
  expect(await lines('agg=avg')).toEqual([[{}, 8.25]])
  expect(await lines('label=method=GET&agg=sum')).toEqual([[{}, 11]])
  expect(await lines('label=method!=GET&label=service.instance.id=i1')).toEqual([
    [{ method: 'POST', 'service.instance.id': 'i1', 'service.name': 'shop' }, 2],
  ])
  expect(await lines('label=nothing=&by=nothing')).toEqual([[{}, 33]])
  expect(await lines('label=method=')).toEqual([])
  expect(await lines('label="method"=POST&agg=sum')).toEqual([[{}, 22]])
  const { body } = await hub.get(
    `/api/v1/metrics/labels?name=requests&since=${iso(at(0))}&until=${iso(at(30))}`,
  )
  expect(body).toEqual({
    name: 'requests',
    series: 4,
    labels: [
      { key: 'method', of: 'point', values: ['GET', 'POST'], count: 2 },
      { key: 'service.instance.id', of: 'resource', values: ['i1', 'i2'], count: 2 },
      { key: 'service.name', of: 'resource', values: ['shop'], count: 1 },
    ],
  })
})
