import type { Server } from 'node:http'
import type { Hub, HubOptions } from '@hubline/core'
import type { Patterns } from './scenario.ts'

/** The scenario's app, listening on a port of 127.0.0.1. */
export interface BareApp {
  /** Without a trailing slash. */
  url: string
  server: Server
  /** Ends as the framework's users end it; resolves when no connection is left. */
  close(): Promise<void>
}

export interface MountedApp extends BareApp {
  hub: Hub
}

/** How often Hubline's line is there; `'both'` is once as an ES module and once as CommonJS. */
export type Lines = number | 'both'

/** How one framework builds the scenario (scenario.ts). */
export interface Adapter {
  name: string
  patterns: Patterns
  /** Path of a program that is such a service, and its arguments after the module that it watches. */
  program: readonly string[]
  /** With Hubline's line, once when `lines` is absent. */
  mount(options: HubOptions, lines?: Lines): Promise<MountedApp>
  /** The very same app without Hubline. */
  mountBare(): Promise<BareApp>
  /** Paths that the framework by itself leaves without an answer. */
  unanswered?: readonly string[]
  /** Cases that the framework cannot have, by their names, each with the reason, which is printed. */
  skips?: Readonly<Record<string, string>>
}
