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
