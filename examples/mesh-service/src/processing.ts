class ProcessingError extends Error {
  override readonly name = 'ProcessingError'
}

/** What the service is there for: it counts the items of what it is given. */
export function processData({ items = [] }: { items?: unknown }): { processed: true; items: number } {
  if (!Array.isArray(items)) throw new ProcessingError('items must be a list')
  return { processed: true, items: items.length }
}
