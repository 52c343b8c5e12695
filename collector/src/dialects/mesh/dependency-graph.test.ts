import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dependencyGraph } from './dependency-graph.ts'
import type { Dependency } from './graph.ts'

/** `a>b` for a dependency, `a>b*7` for one with seven calls. */
function of(...said: string[]): Dependency[] {
  return said.map((each) => {
    const [, from, to, calls = '1'] = /^(\w+)>(\w+)(?:\*(\d+))?$/.exec(each)!
    return { from: from!, to: to!, calls: Number(calls) }
  })
}

test('nothing depends on nothing', () => {
  expect(dependencyGraph([], [])).toEqual({
    total_services: 0,
    total_dependencies: 0,
    hub_services: [],
    isolated_services: [],
    circular_dependencies: [],
    critical_path: [],
    clusters: {},
    average_dependencies: 0,
  })
})

test('counts services and dependencies once, and those alone', () => {
  const graph = dependencyGraph(
    ['cron', 'shop'],
    of('shop>payments', 'shop>payments', 'shop>stock', 'payments>bank'),
  )
  expect(graph).toMatchObject({
    total_services: 5,
    total_dependencies: 3,
    isolated_services: ['cron'],
    average_dependencies: 0.6,
    clusters: { cluster_1: ['bank', 'payments', 'shop', 'stock'] },
  })
})

test('a hub has many neighbours, compared with the others', () => {
  const star = of('a>hub', 'b>hub', 'hub>c', 'hub>d', 'd>e')
  expect(dependencyGraph([], star).hub_services).toEqual(['hub'])
  expect(dependencyGraph([], of('a>b', 'b>c', 'c>d')).hub_services).toEqual([])
  // Where everybody knows everybody nobody stands out.
  const names = ['a', 'b', 'c', 'd']
  const all = names.flatMap((from) => names.filter((to) => to !== from).map((to) => `${from}>${to}`))
  expect(dependencyGraph([], of(...all)).hub_services).toEqual([])
})

test('of each circle the shortest is shown, and who calls itself', () => {
  const { circular_dependencies } = dependencyGraph(
    [],
    of('a>b', 'b>c', 'c>a', 'c>b', 'x>y', 'y>x', 'z>z', 'a>x'),
  )
  expect(circular_dependencies).toEqual([['a', 'b', 'c'], ['x', 'y'], ['z']])
})

test('the critical path is the longest chain, of two the busier one', () => {
  expect(dependencyGraph([], of('a>b', 'b>c', 'a>c', 'c>d', 'x>y')).critical_path).toEqual([
    'a',
    'b',
    'c',
    'd',
  ])
  expect(dependencyGraph([], of('a>b*3', 'a>c*5', 'a>d*4')).critical_path).toEqual(['a', 'c'])
  expect(dependencyGraph(['a', 'b'], []).critical_path).toEqual([])
  expect(dependencyGraph([], of('a>b', 'b>a')).critical_path).toEqual(['a', 'b'])
})

test('clusters have nothing to do with one another', () => {
  expect(dependencyGraph(['z'], of('a>b', 'x>y', 'w>y')).clusters).toEqual({
    cluster_1: ['w', 'x', 'y'],
    cluster_2: ['a', 'b'],
  })
})

test('a chain of ten thousand services is followed to its end', () => {
  const chain = Array.from({ length: 10_000 }, (_, n) => ({ from: `s${n}`, to: `s${n + 1}`, calls: 1 }))
  expect(dependencyGraph([], chain).critical_path).toHaveLength(10_001)
})

test('whatever depends on whom, what is shown is there, and in a graph without circles no chain is longer', () => {
  const name = fc.constantFrom(...'abcdefgh')
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { maxLength: 20 }), fc.boolean(), (pairs, circles) => {
      const used = circles ? pairs : pairs.filter(([from, to]) => from < to)
      const graph = dependencyGraph(
        [],
        used.map(([from, to]) => ({ from, to, calls: 1 })),
      )
      const has = (from: string, to: string) => used.some((pair) => pair[0] === from && pair[1] === to)
      const path = graph.critical_path
      expect(new Set(path).size).toBe(path.length)
      for (let at = 1; at < path.length; at++) expect(has(path[at - 1]!, path[at]!)).toBe(true)
      for (const circle of graph.circular_dependencies) {
        for (const [at, from] of circle.entries())
          expect(has(from, circle[(at + 1) % circle.length]!)).toBe(true)
      }
      if (circles) return
      expect(graph.circular_dependencies).toEqual([])
      const longest = (from: string): number =>
        1 + Math.max(0, ...used.filter((pair) => pair[0] === from).map((pair) => longest(pair[1])))
      const most = Math.max(0, ...used.map(([from]) => longest(from)))
      expect(path.length).toBe(most)
    }),
  )
})
