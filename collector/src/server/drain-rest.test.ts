import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { collectorForTest } from '../testing/collector.ts'

/** A sender that writes all of its body whatever comes, in a process of its own so that it can be faster than the answer. */
const SENDER = `
  const [url, headers] = process.argv.slice(1)
  const outgoing = require('node:http').request(url, { method: 'POST', headers: JSON.parse(headers), agent: false })
  outgoing.on('response', (response) => console.log(response.statusCode))
  outgoing.on('error', (error) => console.log(error.code))
  outgoing.end(Buffer.alloc(64_000_000, ' '))`

async function answersTo(url: string, headers: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', SENDER, url, JSON.stringify(headers)])
  return stdout
}

test.each(['/v1/traces', '/api/v1/hub/events'])(
  'a sender of far too much on %s gets its refusal, and no broken connection',
  async (path) => {
    const hub = await collectorForTest({ limits: { bodyBytes: 10_000 }, tokens: 'ingest:*:in' })
    const type = { 'content-type': 'application/json' }
    const token = { authorization: 'Bearer in' }
    const url = hub.url + path
    expect(await answersTo(url, { ...type, ...token })).toBe('413\n')
    expect(await answersTo(url, { ...type, ...token, 'transfer-encoding': 'chunked' })).toBe('413\n')
    expect(await answersTo(url, type)).toBe('401\n')
  },
)
