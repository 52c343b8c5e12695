import { isIP } from 'node:net'
import { fieldErrors } from '@hubline/core/wire'
import { z } from 'zod'
import { readJson } from '../../api/json-body.ts'
import { number, text } from '../../api/parameters.ts'
import { mayReach, type Reach } from '../../outbound/addresses.ts'
import type { Access } from '../../server/access.ts'
import type { Context } from '../../server/context.ts'
import { HttpError } from '../../server/errors.ts'
import { operation, type Operation } from '../../server/operation.ts'
import { MAX_SERVICES } from './watch.ts'

const MAX_INTERVAL_S = 3600
const MAX_TIMEOUT_S = 86_400

const given = z.object({
  service_id: text(100, 'By which its status is found.'),
  service_name: text(100, 'The name under which it reports; its id where it is not given.'),
  interval_seconds: number(1, MAX_INTERVAL_S, 'Between two heartbeats or health checks; default 10.'),
  timeout_seconds: number(1, MAX_TIMEOUT_S, 'Without any sign until it is dead; default 30.'),
  max_failures: number(1, 1000, 'Failures in a row until it is critical; default 3.'),
  health_url: text(2000, 'Is called every interval and answers 200. Needs the scope admin.'),
})

const name = z.string().min(1).max(100)
const registration = z.strictObject({
  service_id: name,
  service_name: name.optional(),
  interval_seconds: z.number().min(1).max(MAX_INTERVAL_S).default(10),
  timeout_seconds: z.number().min(1).max(MAX_TIMEOUT_S).default(30),
  max_failures: z.int().min(1).max(1000).default(3),
  health_url: z
    .string()
    .max(2000)
    .refine(isCallable, 'must be an http or https address without a password')
    .nullish(),
})

/** `POST /api/v1/heartbeat/register`: by the address, by a body in JSON, or by both. */
export function register(context: Context): Operation {
  const { mesh } = context
  return operation({
    need: 'ingest',
    tag: 'Service mesh',
    summary: 'Have a service watched',
    description: 'Again for a change: what was counted stays.',
    query: given,
    body: { 'application/json': z.looseObject({}) },
    errors: ['invalid_json', 'validation_failed', 'source_mismatch', 'conflict'],
    answer: z.object({ message: z.string() }),
    handler: async ({ query, access, request }) => {
      const isEmpty = request.headers['content-type'] === undefined
      const body = isEmpty ? {} : await readJson(request, context, z.looseObject({}))
      const said = valid({ ...body, ...query })
      const { service_id: id, service_name = id } = said
      checkRight(access, { id, name: service_name, callsIt: said.health_url !== undefined })
      if (said.health_url) checkReach(new URL(said.health_url), context.config.pullPrivate)
      if (!mesh.get(id) && mesh.isFull) {
        throw new HttpError(
          'conflict',
          `${MAX_SERVICES} services are registered already; end the watch of one first`,
        )
      }
      await mesh.register({
        id,
        name: service_name,
        intervalS: said.interval_seconds,
        timeoutS: said.timeout_seconds,
        maxFailures: said.max_failures,
        // Null takes the address away; whoever says nothing of it leaves it.
        healthUrl: said.health_url === undefined ? (mesh.get(id)?.healthUrl ?? null) : said.health_url,
      })
      return { message: `Service ${service_name} registered for heartbeat monitoring` }
    },
  })
}

function valid(value: unknown): z.output<typeof registration> {
  const parsed = registration.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = fieldErrors(parsed.error)
  const [field, messages] = Object.entries(errors)[0]!
  throw new HttpError('validation_failed', `${field} ${messages[0]}`, { details: { errors } })
}

/** What a token may have watched: its own source; and only an admin says where this machine calls. */
function checkRight(
  { source, scope }: Access,
  { id, name, callsIt }: { id: string; name: string; callsIt: boolean },
): void {
  if (source !== null && (id !== source || name !== source)) {
    const other = id === source ? name : id
    throw new HttpError('source_mismatch', `the token is bound to the source "${source}", not "${other}"`)
  }
  if (!callsIt || scope === 'admin') return
  throw new HttpError(
    'insufficient_permissions',
    `health_url is called by this machine, so it needs the scope "admin", the token has "${scope}"`,
  )
}

/** Tells at once what each check would; a name is looked up then. */
function checkReach({ hostname }: URL, reach: Reach): void {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const isHere = host === 'localhost' || host.endsWith('.localhost')
  if (isHere ? reach === 'private' : isIP(host) === 0 || mayReach(host, reach)) return
  const fix = mayReach(isHere ? '127.0.0.1' : host, 'private')
    ? 'HUBLINE_PULL_PRIVATE=allow lets it'
    : 'there is no setting for that'
  const message = `is ${host}, where this collector makes no calls: ${fix}`
  throw new HttpError('validation_failed', `health_url ${message}`, {
    details: { errors: { health_url: [message] } },
  })
}

function isCallable(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false
  return url.username === '' && url.password === ''
}
