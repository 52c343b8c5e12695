import type { Api } from './gen/api.ts'

type PathsOf<Method extends string> = {
  [Name in keyof Api]: Name extends `${Method} /api/v1/${infer Path}` ? Path : never
}[keyof Api]

/** Addresses that can be read, below `/api/v1/`; `{name}` is filled from what is given. */
export type ReadPath = PathsOf<'GET'>
export type SendPath = PathsOf<'POST'> | PathsOf<'PUT'>

type At<Method extends string, Path extends string> = Api[Extract<keyof Api, `${Method} /api/v1/${Path}`>]

/** What a read of an address answers: `Answer<'services'>['data'][number]`. */
export type Answer<Path extends ReadPath> = At<'GET', Path>['answer']

/** Parameters of an address; undefined ones are left out. */
export type Given<Path extends ReadPath> = Loose<At<'GET', Path>['given']>

/** Where one is needed it must be there; the others may be undefined too. */
type Loose<Parameters> = {
  [Name in keyof Parameters]: undefined extends Parameters[Name]
    ? Parameters[Name] | undefined
    : Parameters[Name]
}

/** An answer of the collector that is an error; the message is the collector's own. */
export class ApiError extends Error {
  override readonly name: string = 'ApiError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** There was no answer. */
export class UnreachableError extends Error {
  override readonly name: string = 'UnreachableError'
}

const TIMEOUT_MS = 20_000

/**
 * Reads from the collector.
 *
 * @throws {ApiError} for an answer with an error status, {UnreachableError} without an answer, the signal's reason.
 * @example
 * const { data } = await read('services/{name}/transitions', { name: 'shop', limit: 10 })
 */
export async function read<Path extends ReadPath>(
  path: Path,
  given: Given<Path>,
  signal?: AbortSignal,
): Promise<Answer<Path>> {
  return JSON.parse(await readText(path, given, signal)) as Answer<Path>
}

/** Reads as {@link read} does, and leaves the JSON as it came. */
export function readText<Path extends ReadPath>(
  path: Path,
  given: Given<Path>,
  signal?: AbortSignal,
): Promise<string> {
  return ask(address(path, given), {}, signal)
}

/** Where a read goes, as a link can have it. */
export function address(path: string, given: object): string {
  const rest = new URLSearchParams()
  let filled = path
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === '') continue
    if (filled.includes(`{${name}}`))
      filled = filled.replace(`{${name}}`, () => encodeURIComponent(String(value)))
    else for (const each of Array.isArray(value) ? value : [value]) rest.append(name, String(each))
  }
  return `/api/v1/${filled}${rest.size > 0 ? `?${rest.toString()}` : ''}`
}

/**
 * Asks the collector to change something.
 *
 * @param body as JSON; none where undefined
 * @returns the answer's JSON; undefined where it has none
 * @throws as {@link read}
 */
export async function send(
  method: 'POST' | 'PUT' | 'DELETE',
  path: SendPath | (string & {}),
  given: object = {},
  body?: unknown,
): Promise<unknown> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  const text = await ask(address(path, given), {
    method,
    ...content,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
  })
  return text === '' ? undefined : JSON.parse(text)
}

/** Trades a token that may read for a session of this browser. */
export async function signIn(token: string): Promise<void> {
  await ask('/api/v1/session', { method: 'POST', headers: { authorization: `Bearer ${token}` } })
}

async function ask(url: string, init: RequestInit, signal?: AbortSignal): Promise<string> {
  const late = AbortSignal.timeout(TIMEOUT_MS)
  let response: Response
  let text: string
  try {
    response = await fetch(url, { ...init, signal: signal ? AbortSignal.any([late, signal]) : late })
    text = await response.text()
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw new UnreachableError(late.aborted ? 'the collector took too long to answer' : String(error))
  }
  if (!response.ok)
    throw new ApiError(response.status, messageOf(text) ?? `the collector answered ${response.status}`)
  return text
}

function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as Record<string, unknown>
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}
