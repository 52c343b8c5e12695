import { z } from 'zod'
import { logFilter, logFilterParameters } from '../../api/log-filter.ts'
import { most, since } from '../arguments.ts'
import { counted } from '../plain-text.ts'
import { tool, type Tool } from '../tool.ts'
import { logLine } from './lines.ts'

const { q, service, min_severity, trace_id } = logFilterParameters

export const searchLogs: Tool = tool({
  name: 'search_logs',
  title: 'Search log records',
  description: 'Log records, newest first, by words in what they say, service, severity, trace and time.',
  input: z.object({ q, service, min_severity, trace_id, since: since(), limit: most(100, 30) }),
  async tell({ store, access, now }, { since, limit, ...given }) {
    const page = await store.logs({
      ...logFilter({ ...given, since: since?.(now) }, access),
      order: 'desc',
      limit,
    })
    const more = page.next === null ? '' : ' There may be more; narrow it down, or raise the limit.'
    return {
      says: `${counted(page.records.length, 'log record')}, newest first.${more}`,
      data: page.records.map(logLine),
    }
  },
})
