import { resolveConfig } from './config/resolve.ts'
import type { HubOptions } from './config/options.ts'
import { currentHub } from './context/current-hub.ts'
import { propagateOutgoing } from './context/outgoing.ts'
import { Hub } from './hub.ts'
import { leveledLogger } from './logger.ts'
import { shared } from './process/shared.ts'
import { watchProcess } from './process/watch.ts'

/**
 * The hub for these options: made once for each source, environment and address of a process, so that a line
 * added twice, or by two copies of this package, reports once.
 *
 * @throws never; what cannot be used is said in one line and replaced by its default
 */
export function createHub(given?: HubOptions): Hub {
  const options = given ?? {}
  const { config, notices } = resolveConfig(options, process.env, process.cwd())
  const { hubs, said } = shared()
  const logger = leveledLogger(config.logLevel, options.logger)
  for (const { level, line } of notices) {
    if (!said.has(line)) logger[level](line)
    said.add(line)
  }
  // Options that differ make another hub: to share one would drop somebody's redaction in silence.
  const key = JSON.stringify(config)
  const known = hubs.get(key)
  if (known) return known
  const hub = new Hub(config, logger, options)
  hubs.set(key, hub)
  if (hub.capturing) {
    hub.start()
    watchProcess()
    propagateOutgoing()
  }
  return hub
}

/**
 * The hub of the current request, else the first of this process, else one made from the environment.
 *
 * @example
 * getHub().metric('daily_orders', 42)
 */
export function getHub(): Hub {
  return currentHub() ?? shared().hubs.values().next().value ?? createHub()
}
