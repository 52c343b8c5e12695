import { getHub, type Hub } from '@hubline/core'
import { ExternalExceptionFilterContext } from '@nestjs/core/exceptions/external-exception-filter-context.js'
import { prototypeOf } from './optional.ts'
import { wrapMethod } from './wrap.ts'

/** What makes the handlers of exceptions of one app, as far as it is read here. */
interface FilterContext {
  container: { getHttpAdapterHostRef(): object }
}

const CONTEXTS = ['@nestjs/microservices', '@nestjs/websockets'] as const

/** By the one HttpAdapterHost that each app has, also one without HTTP. */
const hubs = new WeakMap<object, Hub>()
const owners = new WeakMap<object, Hub>()

/** From here on the handlers that are made for the app of `host` are those of `hub`. */
export function setOwner(host: object, hub: Hub): void {
  hubs.set(host, hub)
}

/** The hub of the app that a handler of exceptions was made for. */
export function ownerOf(handler: object): Hub {
  return owners.get(handler) ?? getHub()
}

/** Learns whose each handler is that is made from here on; several apps may share a process. */
export function watchOwners(): (() => void)[] {
  const optional = CONTEXTS.map((name) =>
    prototypeOf('ExceptionFiltersContext', `${name}/context/exception-filters-context.js`),
  )
  return [ExternalExceptionFilterContext.prototype, ...optional].flatMap((prototype) =>
    prototype ? [wrapMethod(prototype, 'create', { after: onCreated })] : [],
  )
}

function onCreated(context: object, handler: unknown): void {
  const hub = hubs.get((context as FilterContext).container.getHttpAdapterHostRef())
  if (hub) owners.set(handler as object, hub)
}
