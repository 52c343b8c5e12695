import { lookup as resolve, type LookupAddress } from 'node:dns'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { mayReach, type Reach } from './addresses.ts'

/** What an address answered. */
export interface Answered {
  status: number
  /** The beginning of the body. */
  text: string
  /** Milliseconds from the call to the end of what was read. */
  latencyMs: number
}

export interface GetOptions {
  reach: Reach
  /** For everything: name look-up, connection and answer. */
  timeoutMs: number
  /** Bytes of the body that are read; the rest is never taken. */
  maxBytes: number
  signal?: AbortSignal
}

/** The address leads where it may not. */
class ReachError extends Error {
  override readonly name: string = 'ReachError'
}

/**
 * Calls an http or https address that somebody else chose, without following it anywhere else: redirects are answers, and
 * the address is checked as the connection is made, after DNS, so that a name which changes its mind does not help.
 *
 * @throws {ReachError} for a place that may not be called; what the connection met; `TimeoutError` after `timeoutMs`.
 * @example
 * await getOutside(new URL('https://shop.example/health'), { reach: 'public', timeoutMs: 5000, maxBytes: 4096 })
 */
export async function getOutside(url: URL, options: GetOptions): Promise<Answered> {
  const { reach, timeoutMs, maxBytes } = options
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  // A literal address is connected to without a look-up.
  if (isIP(host) !== 0 && !mayReach(host, reach)) throw refused(host, reach)
  const late = AbortSignal.timeout(timeoutMs)
  const signal = options.signal ? AbortSignal.any([options.signal, late]) : late
  const started = performance.now()
  const response = await new Promise<IncomingMessage>((answered, failed) => {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest
    const lookup = checkedLookup(reach)
    const headers = { accept: 'application/json', 'user-agent': 'hubline-collector' }
    // An agent would keep connections, whose address was checked another time.
    const asked = request(url, { agent: false, signal, lookup, headers }, answered)
    asked.once('error', (error) => failed(late.aborted ? late.reason : error))
    asked.end()
  })
  const text = await beginning(response, maxBytes, late)
  return { status: response.statusCode!, text, latencyMs: performance.now() - started }
}

async function beginning(response: IncomingMessage, maxBytes: number, late: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.byteLength
      if (bytes >= maxBytes) break
    }
  } catch (error) {
    throw late.aborted ? late.reason : error
  } finally {
    response.destroy()
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8')
}

/** Gives the connection only addresses that may be called; it connects to one of these and asks no more. */
function checkedLookup(reach: Reach): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '')
      const allowed = (found as LookupAddress[]).filter(({ address }) => mayReach(address, reach))
      const [first] = allowed
      if (!first) return done(refused(hostname, reach), '')
      if (options.all) return done(null, allowed)
      done(null, first.address, first.family)
    })
  }
}

function refused(host: string, reach: Reach): ReachError {
  const where = reach === 'public' ? 'a private or reserved network, or this machine' : 'a reserved network'
  return new ReachError(`${host.slice(0, 100)} is in ${where}, where no calls are made`)
}
