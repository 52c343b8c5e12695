import { CommandError } from './command-error.ts'
import { parse, readText, refusal, unreachable, type Connection } from './hub-client.ts'
import { messages } from './server-sent.ts'
import { body, lines } from './stream-client.ts'

const TIMEOUT_MS = 30_000

interface Answer<Result> {
  result?: Result
  error?: { message?: string }
}

/**
 * Calls a tool of a collector, by the Model Context Protocol.
 *
 * @throws {CommandError} when none answers, or it refuses; the message says what to do
 */
export async function callTool<Result>(
  { url, token }: Connection,
  name: string,
  given: Record<string, unknown>,
): Promise<Result> {
  let response: Response
  let answer: Answer<Result> | undefined
  try {
    response = await fetch(`${url}/mcp`, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name, arguments: given },
      }),
    })
    if (response.ok) answer = await answerOf<Result>(response, url)
    else throw refusal(url, response.status, parse(await readText(response)), token !== undefined)
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw unreachable(url, error)
  }
  if (answer?.result !== undefined) return answer.result
  throw new CommandError(answer?.error?.message ?? `${url} answered, and not as a Hubline collector does`)
}

/** The one message of an answer, which comes as JSON or as a stream of one event. */
async function answerOf<Result>(response: Response, url: string): Promise<Answer<Result> | undefined> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    return parse(await readText(response)) as Answer<Result> | undefined
  for await (const { data } of messages(lines(body(response, url))))
    if (data !== undefined) return parse(data) as Answer<Result> | undefined
  return undefined
}
