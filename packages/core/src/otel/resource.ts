import type { HubConfig } from '../config/resolve.ts'
import type { Attributes } from '../otlp/records.ts'
import { VERSION } from '../version.ts'

/** What is exported from this process, whichever SDK does it. */
export function serviceResource(config: HubConfig): Attributes {
  return {
    ...config.resourceAttributes,
    'service.name': config.source,
    'service.version': config.version,
    'service.instance.id': config.instance,
    'deployment.environment.name': config.env,
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
  }
}

/** Resource attributes of what we export ourselves. */
export function resourceOf(config: HubConfig): Attributes {
  return {
    ...serviceResource(config),
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'hubline',
    'telemetry.sdk.version': VERSION,
  }
}
