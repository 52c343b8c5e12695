import { resolveConfig } from './config/resolve.ts'
import { currentHub } from './context/current-hub.ts'
import { shared } from './process/shared.ts'

/** What a service answers to who asks whether it is alive. */
export interface HealthAnswer {
  status: 'healthy'
  /** RFC 3339, UTC. */
  timestamp: string
  service: string
  version: string
}

export interface HealthOptions {
  /** That of the hub, or HUB_SOURCE, when absent. */
  service?: string
  /** That of the hub, or HUB_APP_VERSION, when absent. */
  version?: string
}

/** An answer of Node's own, as Express hands it out. */
interface NodeResponse {
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

/**
 * The answer of `GET /health` that the service mesh and load balancers ask for, for any framework: it is written where there is a
 * response of Node's, else it is returned for the framework to send.
 *
 * @example
 * app.get('/health', healthHandler()) // Express and Fastify
 *
 * @example
 * readonly #health = healthHandler() // NestJS: in a controller
 * \@Get('health')
 * health() { return this.#health() }
 */
export function healthHandler(
  options: HealthOptions = {},
): (request?: unknown, response?: unknown) => HealthAnswer | undefined {
  let own: Identity | undefined
  return function answerHealth(_request, response) {
    const { source, version } = identity() ?? (own ??= resolveConfig({}, process.env, process.cwd()).config)
    const answer: HealthAnswer = {
      status: 'healthy',
      timestamp: new Date().toISOString(),
      service: options.service ?? source,
      version: options.version ?? version,
    }
    if (!isNodeResponse(response)) return answer
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.setHeader('cache-control', 'no-store')
    response.end(JSON.stringify(answer))
    return undefined
  }
}

interface Identity {
  source: string
  version: string
}

/** Of a hub that there is: to be asked for one's health is no reason to make one. */
function identity(): Identity | undefined {
  return (currentHub() ?? shared().hubs.values().next().value)?.config
}

function isNodeResponse(response: unknown): response is NodeResponse {
  const { setHeader, end } = (response ?? {}) as Partial<NodeResponse>
  return typeof setHeader === 'function' && typeof end === 'function'
}
