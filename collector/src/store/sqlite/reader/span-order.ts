/** Orders spans by their start; of those that start together the longer comes first, as a parent encloses its child. */
export function bySpanStart(
  a: { start_ns: bigint; end_ns: bigint },
  b: { start_ns: bigint; end_ns: bigint },
): number {
  if (a.start_ns !== b.start_ns) return a.start_ns < b.start_ns ? -1 : 1
  if (a.end_ns === b.end_ns) return 0
  return a.end_ns > b.end_ns ? -1 : 1
}
