import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { needsEverySource } from '../../api/own-source.ts'
import { time } from '../../api/parameters.ts'
import { drawServiceMap } from '../../api/service-map-mermaid.ts'
import { timeRange } from '../../api/time-range.ts'
import type { Context } from '../../server/context.ts'
import { operation } from '../../server/operation.ts'
import { route } from '../../server/routes.ts'
import type { ServiceMap } from '../../store/service-map.ts'
import { dependencyGraph } from './dependency-graph.ts'

const DAY_MS = 86_400_000

const query = z.object({
  since: time('RFC 3339; a day before `until` where it is not given.'),
  until: time('RFC 3339; now where it is not given.'),
})
const names = z.array(z.string())
const common = { need: 'read', tag: 'Service mesh', query } as const

/** Who depends on whom, as the calls in spans show it. */
export function dependencyRoutes(app: FastifyInstance, context: Context): void {
  const { store, clock, mesh } = context

  route(app, '/api/v1/dependencies/graph', {
    GET: operation({
      ...common,
      summary: 'What the shape of the dependencies between services says',
      description: 'Services are those that called or were called, have sent anything, or have registered.',
      answer: z.object({
        total_services: z.int(),
        total_dependencies: z.int(),
        hub_services: names,
        isolated_services: names,
        circular_dependencies: z.array(names),
        critical_path: names,
        clusters: z.record(z.string(), names),
        average_dependencies: z.number(),
      }),
      handler: async ({ query, access }) => {
        needsEverySource(access)
        const range = timeRange(query, clock(), DAY_MS)
        const [map, known] = await Promise.all([store().serviceMap(range), store().services()])
        const services = [...known, ...mesh.list(), ...servicesOf(map)].map(({ name }) => name)
        const called = new Set(servicesOf(map).map(({ id }) => id))
        const between = map.edges.filter(({ caller, callee }) => called.has(caller) && called.has(callee))
        return dependencyGraph(
          services,
          between.map(({ caller, callee, calls }) => ({ from: caller, to: callee, calls })),
        )
      },
    }),
  })

  route(app, '/api/v1/dependencies/visualize/mermaid', {
    GET: operation({
      ...common,
      summary: 'Services, their peers and the calls between them as a Mermaid flowchart',
      answer: z.object({ mermaid: z.string() }),
      handler: async ({ query, access }) => {
        needsEverySource(access)
        return { mermaid: drawServiceMap(await store().serviceMap(timeRange(query, clock(), DAY_MS))) }
      },
    }),
  })
}

/** A service's id is its name; peers such as databases have no dependencies of their own. */
function servicesOf({ nodes }: ServiceMap): ServiceMap['nodes'] {
  return nodes.filter(({ type }) => type === 'service')
}
