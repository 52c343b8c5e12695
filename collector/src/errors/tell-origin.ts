import { fromBinary } from '@bufbuild/protobuf'
import { ResourceSchema } from '../otlp/gen/opentelemetry/proto/resource/v1/resource_pb.ts'
import { text, type Occurrence } from './occurrence.ts'

type Origin = Pick<Occurrence, 'version' | 'env' | 'instance'>

const NOWHERE: Origin = { version: null, env: null, instance: null }
// Rows decoded from one request share their resource by identity.
const known = new WeakMap<Uint8Array, Origin>()

/** Which version, environment and instance an encoded Resource names. */
export function readOtlpOrigin(resource: Uint8Array | undefined): Origin {
  if (resource === undefined) return NOWHERE
  let origin = known.get(resource)
  if (!origin) {
    const { attributes } = fromBinary(ResourceSchema, resource, { readUnknownFields: false })
    const value = (name: string) => text(attributes.findLast(({ key }) => key === name)?.value?.value.value)
    origin = {
      version: value('service.version'),
      env: value('deployment.environment.name') ?? value('deployment.environment'),
      instance: value('service.instance.id'),
    }
    known.set(resource, origin)
  }
  return origin
}
