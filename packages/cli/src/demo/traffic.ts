/** Base addresses of the three services. */
export interface Services {
  shop: string
  payments: string
  catalog: string
}

interface Call {
  weight: number
  send(services: Services): Promise<Response>
}

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)]!

const CALLS: readonly Call[] = [
  {
    weight: 30,
    send: ({ shop }) => post(`${shop}/orders`, { sku: pick(['tea', 'cup', 'kettle']), quantity: 2 }),
  },
  { weight: 20, send: ({ shop }) => fetch(`${shop}/orders/${Math.ceil(Math.random() * 1000)}`) },
  { weight: 15, send: ({ catalog }) => fetch(`${catalog}/products`) },
  { weight: 8, send: ({ payments }) => fetch(`${payments}/payments/${Math.ceil(Math.random() * 1000)}`) },
  { weight: 5, send: ({ shop }) => post(`${shop}/orders`, { sku: 'cup', quantity: 12 }) },
  { weight: 4, send: ({ shop }) => post(`${shop}/orders`, { sku: 'unicorn' }) },
  { weight: 4, send: ({ payments }) => post(`${payments}/payments`, { quantity: 'many' }) },
  { weight: 3, send: ({ shop }) => fetch(`${shop}/nowhere`) },
  { weight: 3, send: ({ shop }) => fetch(`${shop}/fail`) },
  { weight: 3, send: ({ payments }) => fetch(`${payments}/fail`) },
  { weight: 3, send: ({ catalog }) => fetch(`${catalog}/fail`) },
  { weight: 2, send: (services) => fetch(`${pick(Object.values(services))}/slow`) },
]

const TOTAL_WEIGHT = CALLS.reduce((sum, { weight }) => sum + weight, 0)
const WORKERS = 4
const PAUSE_MS = 40

/** Sends varied requests until `until` (milliseconds since the epoch) or `signal`. */
export async function sendTraffic(
  services: Services,
  until: number,
  signal: AbortSignal,
  onAnswer: () => void,
): Promise<void> {
  // Each kind once, so that even a short run shows them all.
  const first = [...CALLS]
  const worker = async (): Promise<void> => {
    while (Date.now() < until && !signal.aborted) {
      const response = await (first.shift() ?? choose()).send(services)
      await response.arrayBuffer()
      onAnswer()
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, worker))
}

function choose(): Call {
  let at = Math.random() * TOTAL_WEIGHT
  return CALLS.find(({ weight }) => (at -= weight) < 0) ?? CALLS[0]!
}
