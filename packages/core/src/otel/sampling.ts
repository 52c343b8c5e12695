import type { SamplerConfig } from '../config/otel.ts'

/** 13 hex digits, the most that a double holds exactly. */
const RANDOM_RANGE = 2 ** 52

/**
 * Whether a trace is recorded. A ratio is judged by the random part of the trace id, so that every service that is
 * asked for the same ratio keeps the same traces.
 *
 * @param parent what the caller decided; absent without a caller
 */
export function isSampled(
  { ratio, parentBased }: SamplerConfig,
  traceId: string,
  parent: boolean | undefined,
): boolean {
  if (parentBased && parent !== undefined) return parent
  if (ratio === 1 || ratio === 0) return ratio === 1
  return Number.parseInt(traceId.slice(18, 31), 16) >= (1 - ratio) * RANDOM_RANGE
}
