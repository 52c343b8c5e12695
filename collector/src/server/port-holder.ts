import { request } from 'node:http'
import { ConfigError } from '../config/config-error.ts'

/** The error for a port that is taken: who holds it, as far as that one says, and what to do. */
export async function portInUse(baseUrl: string, port: number, variable: string): Promise<ConfigError> {
  const holder = await whoAnswers(`${baseUrl}/health`)
  return new ConfigError(
    `port ${port} is taken${holder}: stop that one, or choose another port with ${variable}=<port> (0 takes a free one)`,
  )
}

/** Asks for `/health`, for a second and a few kilobytes at most: it may be anything that answers there. */
function whoAnswers(url: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(url, { signal: AbortSignal.timeout(1000), agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > 16_384) response.destroy()
      })
      response.on('close', () => resolve(describe(text)))
    })
    asked.on('error', () => resolve(' by a program that does not speak HTTP'))
    asked.end()
  })
}

function describe(text: string): string {
  try {
    const { service, version } = JSON.parse(text) as Record<string, unknown>
    if (service === 'hubline-collector') return ` by a Hubline collector ${word(version)}`.trimEnd()
    if (typeof service === 'string') return ` by a service that calls itself "${word(service)}"`
  } catch {
    // Not JSON: some other web server.
  }
  return ' by another HTTP server'
}

/** Only harmless characters of what a stranger said, as it goes to a terminal. */
function word(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[^\w. -]/g, '').slice(0, 60) : ''
}
