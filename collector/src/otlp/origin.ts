import { fromBinary } from '@bufbuild/protobuf'

import type { OtlpOrigin } from '../store/rows.ts'
import { checkMessage, type Repairs } from './check.ts'
import { InstrumentationScopeSchema } from './gen/opentelemetry/proto/common/v1/common_pb.ts'
import { ResourceSchema } from './gen/opentelemetry/proto/resource/v1/resource_pb.ts'

const UNKNOWN = 'unknown_service'

/** A resource that can be read, and whose it is. */
export interface ServiceResource {
  /** Its `service.name`, `unknown_service` when that is absent, empty or no string. */
  service: string
  /** The encoded Resource. */
  bytes: Uint8Array
}

/**
 * Checks an encoded Resource.
 *
 * @throws Error when the bytes cannot be read.
 */
export function resourceOf(resource: Uint8Array, repairs?: Repairs): ServiceResource {
  const bytes = checkMessage(ResourceSchema, resource, repairs)
  const { attributes } = fromBinary(ResourceSchema, bytes, { readUnknownFields: false })
  const name = attributes.findLast((attribute) => attribute.key === 'service.name')?.value?.value
  return { service: (name?.case === 'stringValue' && name.value) || UNKNOWN, bytes }
}

/**
 * What all items of one scope share.
 *
 * @throws Error when the scope's bytes cannot be read.
 */
export function originOf(
  { service, bytes }: ServiceResource,
  scope: Uint8Array,
  repairs?: Repairs,
): OtlpOrigin {
  return { service, resource: bytes, scope: checkMessage(InstrumentationScopeSchema, scope, repairs) }
}
