import { spawnSync } from 'node:child_process'

/** A request that must leave although the process is about to end. */
export interface LastWords {
  url: string
  headers: Record<string, string>
  body: string
}

/** The longest that a crash may take longer because of us. */
const WITHIN_MS = 1500

/** Runs in a process of its own: nothing asynchronous runs here any more. */
const COURIER = `
let text = ''
process.stdin.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () => {
  const { url, headers, body } = JSON.parse(text)
  const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http')
  process.exitCode = 1
  request(url, { method: 'POST', headers }, (answer) => {
    if (answer.statusCode < 300) process.exitCode = 0
    answer.resume()
  })
    .on('error', () => {})
    .end(body)
})`

/** Sends `words` before it returns, or gives up in time; never throws. True when they have arrived for certain. */
export function sendLastWords(words: LastWords): boolean {
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
