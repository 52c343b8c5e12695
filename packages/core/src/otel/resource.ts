import type { HubConfig } from '../config/resolve.ts'
import type { Attributes } from '../otlp/records.ts'
import { VERSION } from '../version.ts'

/** Resource attributes of everything that this process exports. */
export function resourceOf(config: HubConfig): Attributes {
  return {
    ...config.resourceAttributes,
    'service.name': config.source,
    'service.version': config.version,
    'service.instance.id': config.instance,
    'deployment.environment.name': config.env,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'hubline',
    'telemetry.sdk.version': VERSION,
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
  }
}
