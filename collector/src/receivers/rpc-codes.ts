import type { HttpError } from '../server/errors.ts'

/** Codes of google.rpc.Code, by HTTP status. */
const RPC_CODES: Readonly<Record<number, number>> = {
  401: 16,
  403: 7,
  404: 5,
  405: 12,
  408: 4,
  413: 8,
  429: 8,
  500: 13,
  503: 14,
  504: 4,
}
const INVALID_ARGUMENT = 3

/** The google.rpc.Code that says what an error of the HTTP API says. */
export function rpcCode(error: HttpError): number {
  return RPC_CODES[error.status] ?? INVALID_ARGUMENT
}
