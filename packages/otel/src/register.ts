import { register } from 'node:module'
import { isInternalThread } from 'node:worker_threads'
import { launch } from './start.ts'

// Packages that an app loads as ES modules can be patched only by a hook of the loader. That runs in a thread of its own,
// for which Node requires this file once more.
if (!isInternalThread && launch()) register('@opentelemetry/instrumentation/hook.mjs', import.meta.url)
