import type { Outcome } from '../wire/payloads.ts'
import type { Exchange } from './exchange.ts'

/** What became of an exchange that ends with `status`, with its whole answer or not. */
export function outcomeOf(
  { broken, timedOut, errors }: Exchange,
  status: number | undefined,
  completed: boolean,
): Outcome {
  if (broken) return 'server_error'
  if (!completed && timedOut) return 'timeout'
  if (!completed) return errors ? 'server_error' : 'aborted'
  if (status === undefined || status < 400) return 'ok'
  return status < 500 ? 'client_error' : 'server_error'
}
