import type { Tool } from './tool.ts'
import { error } from './tools/error.ts'
import { errors } from './tools/errors.ts'
import { searchEvents } from './tools/search-events.ts'
import { searchLogs } from './tools/search-logs.ts'
import { searchTraces } from './tools/search-traces.ts'
import { services } from './tools/services.ts'
import { timeline } from './tools/timeline.ts'
import { trace } from './tools/trace.ts'

/** Everything that an agent can ask for, in the order in which it is listed. */
export const TOOLS: readonly Tool[] = [
  services,
  errors,
  error,
  searchTraces,
  trace,
  searchEvents,
  searchLogs,
  timeline,
]
