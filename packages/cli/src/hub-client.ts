import { CommandError, EXIT } from './command-error.ts'

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 16 * 1024 * 1024

/** Where a collector is, and what opens it. */
export interface Connection {
  /** Without a slash at the end. */
  url: string
  token: string | undefined
}

/**
 * Asks a collector, and gives the JSON of its answer.
 *
 * @throws {CommandError} when none answers in 10 seconds, or it refuses; the message says what to do
 * @example
 * const { data } = await ask<{ data: Service[] }>(connection, 'GET', '/api/v1/services')
 */
export async function ask<Body>(
  { url, token }: Connection,
  method: 'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH',
  path: string,
  body?: object,
): Promise<Body> {
  let response: Response
  let text: string
  try {
    response = await fetch(url + path, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    text = await readText(response)
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw unreachable(url, error)
  }
  const answer = parse(text)
  if (response.ok && answer !== undefined) return answer as Body
  throw refusal(url, response.status, answer, token !== undefined)
}

/** @param error what the attempt failed with */
export function unreachable(url: string, error: unknown): CommandError {
  return new CommandError(
    `no collector answers at ${url} (${reasonOf(error)}): start one, or say where it is with --url or HUBLINE_URL`,
    EXIT.unreachable,
    'unreachable',
  )
}

/** The text of an answer that is no stream. */
export async function readText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  // Where types of browsers are around, its own iterator is not among them.
  for await (const chunk of (body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > MAX_ANSWER_BYTES)
      throw new CommandError(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

/** Undefined for what is no JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** What a collector said instead of doing what it was asked. */
export function refusal(url: string, status: number, answer: unknown, hadToken: boolean): CommandError {
  const { error, message } = (answer ?? {}) as { error?: unknown; message?: unknown }
  if (typeof error !== 'string' || typeof message !== 'string') {
    return new CommandError(`${url} answered ${status}, and not as a Hubline collector does`)
  }
  if (status === 401 && !hadToken) {
    return new CommandError(
      `${url} wants a token: give one with HUB_API_TOKEN or --token`,
      EXIT.denied,
      error,
    )
  }
  return new CommandError(message, status === 401 || status === 403 ? EXIT.denied : EXIT.failed, error)
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } }
  if (name === 'TimeoutError') return `nothing came within ${TIMEOUT_MS / 1000} s`
  return cause?.code ?? cause?.message ?? message
}
