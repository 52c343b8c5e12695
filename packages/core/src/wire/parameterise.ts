const MAX_LENGTH = 1000

/** What varies from one occurrence to the next, by what stands in its place; the order matters. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/"[^"\n]*"|`[^`\n]*`|(?<!\w)'[^'\n]*'(?!\w)/g, '<text>'],
  [/\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s<>]+/gi, '<url>'],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, '<email>'],
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, '<id>'],
  [
    /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z\b|[+-]\d{2}:?\d{2}\b)?)?/g,
    '<time>',
  ],
  // Files, not routes: these end in an extension or begin with a drive or a well-known folder.
  [/\b[a-z]:\\[^\s<>"']+/gi, '<path>'],
  [/(?<![\w.:/])\/(?:home|Users|tmp|var|usr|etc|opt|srv|app|root)\/[^\s<>"',;:)]+/g, '<path>'],
  [/(?<![\w:/])\.{0,2}(?:\/[\w@~+-][\w.@~+-]{0,100}){1,20}\.[a-z]\w{0,4}\b/gi, '<path>'],
  [/\b0x[\da-f]+\b/gi, '<id>'],
  [/\b(?=[a-f]*\d)[\da-f]{8,}\b/gi, '<id>'],
  [/\d+(?:\.\d+)*/g, '<n>'],
]

/**
 * A message with its variable parts taken out, so that messages of one kind are alike.
 *
 * @example
 * parameterise('no user 42 with "a@b.example"') // 'no user <n> with <text>'
 */
export function parameterise(message: string): string {
  let text = message.slice(0, MAX_LENGTH)
  for (const [pattern, name] of VARIABLE) text = text.replace(pattern, name)
  return text
}
