/**
 * What tells a span from the others of its trace: its id and its service. A service that names the span of another, or shares
 * its id with the client that calls it, has one of its own; one that the same service sent again is the same.
 */
export function spanKey({ span_id, service_id }: { span_id: Uint8Array; service_id: bigint }): string {
  return `${service_id} ${Buffer.from(span_id).toString('latin1')}`
}
