/** A setting that cannot be used; `message` is one line that names it, what it got and what it wants. */
export class ConfigError extends Error {
  override readonly name: string = 'ConfigError'
}
