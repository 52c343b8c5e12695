/** Field messages by path: `{ "occurred_at": ["must be …"] }`. */
export type FieldErrors = Record<string, string[]>

/** What zod says of a value that is not as its schema. */
interface Issues {
  issues: readonly { path: readonly PropertyKey[]; message: string }[]
}

/** Groups the issues of a failed parse by zod, which is the caller's, by the dotted path of the field they speak of. */
export function fieldErrors(error: Issues): FieldErrors {
  const fields: FieldErrors = {}
  for (const issue of error.issues) {
    const path = issue.path.map(String).join('.') || 'body'
    ;(fields[path] ??= []).push(plain(issue.message))
  }
  return fields
}

/** zod's own wording of a wrong type, in the words of the person who sent it. */
function plain(message: string): string {
  const options = /^Invalid option: expected one of (.+)$/.exec(message)?.[1]
  if (options !== undefined) return `must be one of ${options.replaceAll('"', '').replaceAll('|', ', ')}`
  if (message.startsWith('Too small: expected string')) return 'must not be empty'
  const match = /^Invalid input: expected (\w+), received (\w+)$/.exec(message)
  if (!match) return message
  const [, expected, received] = match
  if (received === 'undefined') return 'is required'
  return `must be ${NAMES[expected!] ?? expected}, not ${NAMES[received!] ?? received}`
}

const NAMES: Record<string, string> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  record: 'an object',
  object: 'an object',
  array: 'an array',
}
