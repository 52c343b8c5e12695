import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Passes connections on to a server, and cuts each of the first ones off after some bytes of its answers. */
export async function cuttingProxy(url: string, cutAfter: readonly number[]): Promise<string> {
  const waiting = [...cutAfter]
  const server = createServer((client) => {
    let left = waiting.shift() ?? Number.POSITIVE_INFINITY
    const upstream = connect(Number(new URL(url).port), '127.0.0.1')
    const cut = (): void => {
      client.destroy()
      upstream.destroy()
    }
    client.on('error', cut).on('close', cut)
    upstream.on('error', cut).on('end', () => client.end())
    client.pipe(upstream)
    upstream.on('data', (chunk: Buffer) => {
      client.write(chunk.subarray(0, Math.min(left, chunk.length)))
      left -= chunk.length
      if (left <= 0) client.end(cut)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
