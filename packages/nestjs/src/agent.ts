import type { Server } from 'node:http'
import { type AnyHttpServer, addressOf } from '@hubline/core/adapter'
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common'
import type { HttpAdapterHost } from '@nestjs/core'
import { watchExceptions } from './exceptions.ts'
import type { Hub } from './hub-token.ts'
import { setOwner } from './owners.ts'
import { watchRequests } from './requests.ts'

/** How long closing the app may wait for what is still to be sent, in milliseconds. */
const FAREWELL_MS = 2000

/** Watches one Nest app from its making to its end. */
export class Agent implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #hub: Hub
  /** One for each app, however often the module is imported. */
  readonly #host: HttpAdapterHost
  /** The adapter that has our middleware. */
  #adapter: object | undefined
  #release: (() => void) | undefined
  #serving = false

  constructor(hub: Hub, host: HttpAdapterHost) {
    this.#hub = hub
    this.#host = host
    this.install()
    if (!hub.capturing) return
    this.#release = watchExceptions()
    setOwner(host, hub)
    host.listen$.subscribe(() => this.#serves(host.httpAdapter.getHttpServer()))
  }

  /**
   * Adds our middleware ahead of everything that is added later, parsers of bodies included. Repeated when routes
   * are about to be registered, because @nestjs/testing gives an app its real adapter only after its providers.
   */
  install(): void {
    const adapter = this.#host.httpAdapter
    if (!adapter || adapter === this.#adapter) return
    this.#adapter = adapter
    watchRequests(this.#hub, adapter, (server) => this.#serves(server))
  }

  /** A worker or microservice, which never listens for HTTP, is ready now. */
  onApplicationBootstrap(): void {
    if (!this.#hub.capturing || this.#host.httpAdapter) return
    this.#hub.covers({ tier: 'nestjs without HTTP', blind: [] })
    this.#hub.ready(undefined, this.#host)
  }

  beforeApplicationShutdown(signal?: string): void {
    this.#hub.stopping(signal ?? 'close', this.#host)
  }

  async onApplicationShutdown(signal?: string): Promise<void> {
    this.#serving = false
    this.#release?.()
    await this.#hub.leave(signal ?? 'close', FAREWELL_MS, this.#host)
  }

  /** Also learnt from the first request, for apps that are mounted in a server of the user's own. */
  #serves(server: AnyHttpServer): void {
    if (this.#serving) return
    this.#serving = true
    this.#hub.ready(addressOf(server as Server, 'setSecureContext' in server), this.#host, server)
  }
}
