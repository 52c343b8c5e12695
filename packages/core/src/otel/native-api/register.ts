import { API, otelApi, type OtelApi } from '../host-api.ts'
import { ContextManager } from './context-manager.ts'
import { propagator } from './propagator.ts'
import { type Engine, TracerProvider } from './provider.ts'

/** Both API 1.9, which takes a newer minor version, and 1.10, which wants its own, accept what is registered under it. */
const API_VERSION = '1.10.0'

/**
 * Answers OpenTelemetry's API ourselves: spans made by hand or by instrumentations become ours.
 *
 * @returns what takes it back; undefined when something is registered already, which stays
 */
export function registerOtelApi(
  engine: Omit<Engine, 'contexts'>,
  propagates: boolean,
): (() => void) | undefined {
  const present = otelApi()
  if (present?.trace || present?.context) return undefined
  const contexts = new ContextManager()
  const trace = new TracerProvider({ ...engine, contexts })
  const api = present ?? Object.defineProperty({}, 'version', { value: API_VERSION, enumerable: true })
  const ours: object = {
    trace,
    context: contexts,
    ...(propagates && !present?.propagation && { propagation: propagator }),
  }
  Object.assign(api, ours)
  ;(globalThis as { [API]?: OtelApi })[API] = api
  return () => {
    for (const [name, value] of Object.entries(ours)) {
      if (Reflect.get(api, name) === value) Reflect.deleteProperty(api, name)
    }
    trace.close()
    contexts.disable()
  }
}
