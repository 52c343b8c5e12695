import { CommandError, EXIT } from './command-error.ts'
import { parse, readText, refusal, unreachable, type Connection } from './hub-client.ts'

/** How long a collector may say nothing. */
const SILENCE_MS = 60_000
const MOST_LINE_CHARACTERS = 64 * 1024 * 1024
const TRIES = 6
const FIRST_WAIT_MS = 250

/** What may succeed when it is tried again: nobody answered, or somebody who has no room just now. */
export class PassingError extends CommandError {
  override readonly name: string = 'PassingError'
  /** Milliseconds that the collector asks to wait. */
  readonly waitMs: number | undefined

  constructor({ message, exitCode, code }: CommandError, waitMs?: number) {
    super(message, exitCode, code)
    this.waitMs = waitMs
  }
}

export interface Sent {
  text: string
  type: string
}

/**
 * Asks a collector for an answer that is read as it comes.
 *
 * @param signal ends it, its answer too
 * @throws {PassingError} when none answers, or it is overloaded or only starting; {CommandError} when it refuses
 */
export async function open(
  { url, token }: Connection,
  method: 'GET' | 'POST',
  path: string,
  sent?: Sent,
  signal?: AbortSignal,
): Promise<Response> {
  const silence = new AbortController()
  const timer = setTimeout(
    () => silence.abort(new Error(`nothing came within ${SILENCE_MS / 1000} s`)),
    SILENCE_MS,
  )
  try {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([silence.signal, signal]) : silence.signal,
      headers: {
        ...(sent && { 'content-type': sent.type }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(sent && { body: sent.text }),
    })
    if (response.ok) return response
    const answer = parse(await readText(response))
    // The errors of OTLP have a code of their own and no word.
    const error = refusal(
      url,
      response.status,
      { error: 'refused', ...(answer as object) },
      token !== undefined,
    )
    if (![408, 429, 503].includes(response.status)) throw error
    throw new PassingError(
      error,
      Number(response.headers.get('retry-after') ?? Number.NaN) * 1000 || undefined,
    )
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new PassingError(unreachable(url, error))
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Tries again what fails in passing, with longer and longer waits, until it has failed six times in a row.
 *
 * @param attempt is told by its argument what to call when it gets on: then the count begins anew
 */
export async function insist<Result>(attempt: (getsOn: () => void) => Promise<Result>): Promise<Result> {
  let failures = 0
  for (;;) {
    try {
      return await attempt(() => (failures = 0))
    } catch (error) {
      if (!(error instanceof PassingError) || ++failures >= TRIES) throw error
      const wait = error.waitMs ?? FIRST_WAIT_MS * 2 ** failures * (0.5 + Math.random())
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
}

/**
 * The lines of a text that comes in pieces, without their ends; what follows the last end is a line too, where it is not empty.
 *
 * @throws {CommandError} for a line that is longer than any sensible one
 */
export async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let pieces: string[] = []
  let length = 0
  for await (const chunk of chunks) {
    const [first, ...rest] = decoder.decode(chunk, { stream: true }).split('\n')
    pieces.push(first!)
    length += first!.length
    if (length > MOST_LINE_CHARACTERS)
      throw new CommandError(`a line is longer than ${MOST_LINE_CHARACTERS} characters`, EXIT.failed)
    for (const next of rest) {
      yield pieces.join('')
      pieces = [next]
      length = next.length
    }
  }
  const last = pieces.join('')
  if (last !== '') yield last
}

/** The pieces of an answer; what cuts it off, silence too, can be tried again. */
export async function* body({ body: stream }: Response, url: string): AsyncGenerator<Uint8Array> {
  const reader = (stream as ReadableStream<Uint8Array>).getReader()
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined
      const silence = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`nothing came within ${SILENCE_MS / 1000} s`)), SILENCE_MS)
      })
      const piece = await Promise.race([reader.read(), silence])
        .catch((error: unknown) => {
          const message = `the connection to ${url} was cut off (${(error as Error).message})`
          throw new PassingError(new CommandError(message, EXIT.failed, 'cut_off'))
        })
        .finally(() => clearTimeout(timer))
      if (piece.done) return
      yield piece.value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
