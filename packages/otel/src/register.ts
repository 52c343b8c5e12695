import { register } from 'node:module'
import { startOtel } from './start.ts'

// Packages that an app loads as ES modules can be patched only by a hook of the loader.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url)
startOtel()
