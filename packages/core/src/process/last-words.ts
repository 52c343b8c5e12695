import { spawnSync } from 'node:child_process'

/** A request that must leave although the process is about to end. */
export interface LastWords {
  url: string
  headers: Record<string, string>
  body: string
  /** A field without which an answer is no success. */
  expects?: string
}

/** The longest that a crash may take longer because of us. */
const WITHIN_MS = 1500

/** Runs in a process of its own: nothing asynchronous runs here any more. */
const COURIER = `
let text = ''
process.stdin.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () => {
  const requests = JSON.parse(text)
  let failed = false
  const next = () => {
    if (requests.length === 0) return void (process.exitCode = failed ? 1 : 0)
    const { url, headers, body, expects } = requests.shift()
    const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http')
    request(url, { method: 'POST', headers }, (answer) => {
      let said = ''
      answer.setEncoding('utf8').on('data', (chunk) => (said += chunk)).on('error', () => {}).on('end', () => {
        const { statusCode } = answer
        if (statusCode >= 300 || (expects && !said.includes('"' + expects + '"'))) failed = true
        if (statusCode < 500 && statusCode !== 429) next()
      })
    })
      .on('error', () => {})
      .end(body)
  }
  process.exitCode = 1
  next()
})`

/** Sends `words` before it returns, or gives up in time; never throws. True when they have arrived for certain. */
export function sendLastWords(words: readonly LastWords[]): boolean {
  // Elsewhere this program is not node, and would start the app again.
  if (process.release.name !== 'node' || 'electron' in process.versions) return false
  try {
    const { NODE_OPTIONS: _, ...env } = process.env
    const { status } = spawnSync(process.execPath, ['--input-type=commonjs', '-e', COURIER], {
      input: JSON.stringify(words),
      timeout: WITHIN_MS,
      killSignal: 'SIGKILL',
      stdio: ['pipe', 'ignore', 'ignore'],
      windowsHide: true,
      env,
    })
    return status === 0
  } catch {
    return false
  }
}
