import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'

/** What every answer carries. Of all answers it is the same, so helmet is asked once and not for each. */
export const SECURITY_HEADERS: ReadonlyMap<string, string> = headersOf({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  // The collector speaks plain HTTP; TLS is the business of a proxy in front of it.
  strictTransportSecurity: false,
})

function headersOf(options: Parameters<typeof helmet>[0]): Map<string, string> {
  const headers = new Map<string, string>()
  const response = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  }
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error
  })
  return headers
}
