import { SEVERITIES } from '@hubline/core/wire'

const KNOWN = SEVERITIES.map((severity) => `'${severity}'`).join()
const SAID = `json_extract(body, '$.payload.severity')`

/** What `severityOf` says of an event, in SQL. */
export const SEVERITY: string = `coalesce(severity, CASE WHEN type <> 'ErrorReported' THEN 'info' WHEN ${SAID} IN (${KNOWN}) THEN ${SAID} ELSE 'error' END)`
