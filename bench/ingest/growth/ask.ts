// A process that asks, one question after the other: it is sent addresses and tells how long the answers took.
import { Agent, get } from 'node:http'

export interface Answered {
  /** Milliseconds of each answer. */
  took: number[]
  /** Items of each answer. */
  found: number[]
  /** How many answers say that they are not whole, as their time was up. */
  cut: number
}

export interface Questions {
  urls: string[]
  /** Milliseconds after which no further one is asked. */
  ms: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

process.on('message', (questions: Questions) => {
  void askAll(questions).then((answered) => process.send!(answered))
})

async function askAll({ urls, ms }: Questions): Promise<Answered> {
  const answered: Answered = { took: [], found: [], cut: 0 }
  const until = performance.now() + ms
  for (const url of urls) {
    if (performance.now() >= until) break
    const from = performance.now()
    const text = await ask(url)
    answered.took.push(performance.now() - from)
    const answer = JSON.parse(text) as Record<string, unknown>
    answered.found.push(itemsOf(answer))
    if (isCut(answer, url)) answered.cut++
  }
  return answered
}

function ask(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = get(url, { agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`${url}: ${response.statusCode}: ${text}`))
      })
    })
    asking.on('error', reject)
  })
}

/** Those of the list that an answer is, or is about. */
function itemsOf(answer: Record<string, unknown>): number {
  const list = ['data', 'spans', 'edges'].map((name) => answer[name]).find((value) => Array.isArray(value))
  return list?.length ?? Number(answer['total'] ?? answer['count'] ?? 0)
}

/** A page that is not full, and yet not the last one; or a count that says so. */
function isCut(answer: Record<string, unknown>, url: string): boolean {
  const limit = Number(new URL(url).searchParams.get('limit') ?? 0)
  return answer['complete'] === false || (answer['has_more'] === true && itemsOf(answer) < limit)
}
