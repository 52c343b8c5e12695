import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'

/** Ports of whoever asks for any port, or for a connection, begin at this one. */
const FIRST_GIVEN = readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').then(
  (range) => Number.parseInt(range),
  () => 32_768,
)
const FIRST = 10_000

let next: number | undefined

/**
 * A port on which nothing listens, and that the system gives to nobody by itself: a server can be started on it, end, and
 * be started again, and meanwhile no connection takes it, be it one that tries to reach that server.
 */
export async function quietPort(): Promise<number> {
  const last = Math.max((await FIRST_GIVEN) - 1, FIRST + 1000)
  // Files of tests run beside each other, each with a beginning of its own.
  next ??= FIRST + Math.floor(Math.random() * (last - FIRST))
  for (;;) {
    const port = next++
    if (next > last) next = FIRST
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
