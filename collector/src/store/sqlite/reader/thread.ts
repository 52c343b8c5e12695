import { parentPort, workerData } from 'node:worker_threads'
import { OpenEvents } from '../open-events.ts'
import type { OpenTracesMemory } from '../open-traces.ts'
import { vocabularyQueries } from '../../../vocabulary/queries.ts'
import { readDelivery } from './deliveries.ts'
import { countEvents } from './events-counts.ts'
import { searchEvents } from './events-search.ts'
import { countOverTime } from './events-stats.ts'
import { findEvent, listEvents } from './events.ts'
import { readExport } from './export.ts'
import { readKept } from './kept.ts'
import { readFleet } from './fleet.ts'
import { listExchanges } from './mesh.ts'
import { errorQueries } from './errors.ts'
import { logQueries } from './logs/queries.ts'
import { metricQueries } from './metrics/queries.ts'
import { monitorQueries } from './monitors.ts'
import { PartFiles, PartGoneError } from './part-files.ts'
import type { EndReading, ForgetParts, Queries, QueryName, ReaderReply, ReaderRequest } from './queries.ts'
import { readRequestRates } from './request-rates.ts'
import { readServiceMap } from './service-map.ts'
import { listServices } from './services.ts'
import { TraceParts } from './trace-parts.ts'
import { traceQueries } from './trace-queries.ts'

const { dataDir, openTraces } = workerData as { dataDir: string; openTraces: OpenTracesMemory }
const files = new PartFiles(dataDir, new OpenEvents(openTraces.events))

const traceParts = new TraceParts(files, openTraces)

const queries: Queries = {
  events: (query) => listEvents(files, query),
  eventStats: (query) => countOverTime(files, query),
  event: (id, source) => findEvent(files, id, source),
  services: (name) => listServices(files, name),
  delivery: (service) => readDelivery(files, service),
  serviceMap: (query) => readServiceMap(files, query),
  requestRates: (query) => readRequestRates(files, query),
  fleet: (query) => readFleet(files, query),
  searchEvents: (search) => searchEvents(files, search),
  countEvents: (filter) => countEvents(files, filter),
  exchanges: () => listExchanges(files),
  ...logQueries(files),
  ...metricQueries(files),
  ...traceQueries(files, traceParts),
  ...errorQueries(files),
  ...monitorQueries(files),
  ...vocabularyQueries(files.catalog, (id, source) => findEvent(files, id, source)),
  export: (query) => readExport(files, traceParts, query),
  kept: () => readKept(files),
}

const MAX_TRIES = 5

/** A part may go between its being listed and being read: then the list is read again. */
function answer(query: QueryName, args: unknown[], tries = 1): unknown {
  try {
    return (queries[query] as (...args: unknown[]) => unknown)(...args)
  } catch (error) {
    if (!(error instanceof PartGoneError) || tries === MAX_TRIES) throw error
    return answer(query, args, tries + 1)
  }
}

parentPort!.on('message', (request: ReaderRequest | ForgetParts | EndReading) => {
  if ('forget' in request) return files.close(request.forget)
  if ('end' in request) {
    files.end()
    parentPort!.close()
    return
  }
  let reply: ReaderReply
  try {
    reply = { result: answer(request.query, request.args) }
  } catch (error) {
    reply = { error: (error as Error).message }
  }
  parentPort!.postMessage(reply)
})
