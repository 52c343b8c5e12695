import { fromBinary } from '@bufbuild/protobuf'

import type { OtlpOrigin } from '../store/rows.ts'
import { checkMessage } from './check.ts'
import { InstrumentationScopeSchema } from './gen/opentelemetry/proto/common/v1/common_pb.ts'
import { ResourceSchema } from './gen/opentelemetry/proto/resource/v1/resource_pb.ts'

const UNKNOWN = 'unknown_service'

/**
 * Checks an encoded Resource.
 *
 * @returns its `service.name`, `unknown_service` when that is absent, empty or no string.
 * @throws Error when the bytes cannot be read.
 */
export function serviceOf(resource: Uint8Array): string {
  checkMessage(ResourceSchema, resource)
  const { attributes } = fromBinary(ResourceSchema, resource, { readUnknownFields: false })
  const name = attributes.findLast((attribute) => attribute.key === 'service.name')?.value?.value
  return (name?.case === 'stringValue' && name.value) || UNKNOWN
}

/**
 * What all items of one scope share.
 *
 * @throws Error when the scope's bytes cannot be read.
 */
export function originOf(service: string, resource: Uint8Array, scope: Uint8Array): OtlpOrigin {
  checkMessage(InstrumentationScopeSchema, scope)
  return { service, resource, scope }
}
