/** One request, in the words of the wire. */
export interface Ask {
  /** GET when absent. */
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string | Buffer
  /** Sent with chunked encoding, each on its own, in place of `body`. */
  chunks?: readonly string[]
  /** Sent after `chunks`. */
  trailers?: Record<string, string>
  /** Of HTTP; 1.1 when absent. */
  version?: '1.0' | '1.1'
}

/** What a client does, on a connection of its own. */
export type Step = (
  | Ask
  /** All at once over one connection. */
  | { together: readonly Ask[] }
  /** Over one connection, each when the one before is answered. */
  | { inTurn: readonly Ask[] }
  /** Bytes as they are, and the methods of the requests among them. */
  | { bytes: string; methods: readonly string[] }
  /** Asks for another protocol and speaks it; both until the server ends the connection. */
  | { upgrade: Ask; say: string | Buffer }
  /** Over HTTP/2. */
  | { http2: Ask }
) & {
  /**
   * Method and status of each interaction that must be reported; absent, one for each answer, and none for an
   * upgrade.
   */
  seen?: readonly string[]
}

/** What came back: for each answer the head, the body without its framing, and the trailers. */
export interface Answer {
  /** Status line and headers as they came, in their order; only dates are masked. */
  head: string
  /** Bytes as latin1. */
  body: string
  trailers: string
  /** Whether it ended where it said it would. */
  whole: boolean
}

export const statusOf = ({ head }: Answer): number =>
  Number(/^(?:HTTP\/1\.[01] |:status: )(\d+)/.exec(head)?.[1])

/** The methods of the requests of a step, in the order of their answers. */
export function methodsOf(step: Step): string[] {
  if ('bytes' in step) return [...step.methods]
  if ('upgrade' in step) return [step.upgrade.method ?? 'GET']
  if ('http2' in step) return [step.http2.method ?? 'GET']
  const asks = 'together' in step ? step.together : 'inTurn' in step ? step.inTurn : [step]
  return asks.map(({ method = 'GET' }) => method)
}
