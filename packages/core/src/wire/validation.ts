import type { z } from 'zod'

/** Field messages by path: `{ "occurred_at": ["must be …"] }`. */
export type FieldErrors = Record<string, string[]>

/** Groups the issues of a failed parse by the dotted path of the field they speak of. */
export function fieldErrors(error: z.ZodError): FieldErrors {
  const fields: FieldErrors = {}
  for (const issue of error.issues) {
    const path = issue.path.map(String).join('.') || 'body'
    ;(fields[path] ??= []).push(issue.message)
  }
  return fields
}
