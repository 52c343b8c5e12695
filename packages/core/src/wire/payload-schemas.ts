import { z } from 'zod'
import type { NativeType } from './payloads.ts'

const text = z.string().min(1)
const seconds = z.number().positive().optional()

/**
 * What a payload of each native type must hold to mean anything, and of what kind its known keys are. Further keys are
 * free; of the two signals all are.
 */
const SCHEMAS: Readonly<Partial<Record<NativeType, z.ZodType>>> = {
  AppRegistered: z.looseObject({
    version: z.string().optional(),
    env: z.string().optional(),
    heartbeat_interval_s: seconds,
  }),
  AgentHeartbeat: z.looseObject({ status: z.string().optional(), interval_s: seconds }),
  InteractionDetected: z.looseObject({ action: text }),
  MetricReported: z.looseObject({
    metric: text,
    value: z.number(),
    unit: z.string().optional(),
    period: z.string().optional(),
  }),
  ErrorReported: z.looseObject({
    severity: z.string().optional(),
    message: z.string(),
    trace: z.string().optional(),
    error_type: z.string().optional(),
  }),
  // Any text: a newer client may know more states than this collector.
  LifecycleChanged: z.looseObject({ state: text, exit_code: z.int().optional() }),
}

/**
 * The schema of the payload of a native type; undefined for a type whose payload is free.
 *
 * @example
 * nativePayloadSchema('MetricReported')?.safeParse({ metric: 'orders', value: 'abc' }).success // false
 */
export function nativePayloadSchema(type: string): z.ZodType | undefined {
  return Object.hasOwn(SCHEMAS, type) ? SCHEMAS[type as NativeType] : undefined
}
