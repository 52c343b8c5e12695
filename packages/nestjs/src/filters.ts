/** What Nest's handlers of exceptions have, as far as it is read here. */
export interface Handler {
  filters?: readonly { exceptionMetatypes?: readonly (new () => unknown)[] }[]
  isHttpError?(exception: unknown): unknown
}

/** Whether a filter of the app's will be called for an exception. */
export function hasFilterFor({ filters = [] }: Handler, exception: unknown): boolean {
  return filters.some(
    ({ exceptionMetatypes: types = [] }) =>
      types.length === 0 || types.some((type) => exception instanceof type),
  )
}

/** An exception by which Nest apps answer below 500 is control flow, and so are the parsers' complaints. */
export function isOutcome(handler: Handler, exception: unknown): boolean {
  const { getStatus, statusCode } = (exception ?? {}) as { getStatus?: unknown; statusCode?: number }
  if (typeof getStatus === 'function') return (getStatus.call(exception) as number) < 500
  // Nest 11 answers not with true but with something that holds.
  return Boolean(handler.isHttpError?.(exception)) && statusCode! < 500
}
