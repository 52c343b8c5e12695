import type { Hub, HubOptions } from '@hubline/core'

/** The scenario's app, listening on a port of 127.0.0.1. */
export interface BareApp {
  /** Without a trailing slash. */
  url: string
  /** Ends as the framework's users end it; resolves when no connection is left. */
  close(): Promise<void>
}

export interface MountedApp extends BareApp {
  hub: Hub
}

/** How one framework builds the scenario (scenario.ts). */
export interface Adapter {
  name: string
  /** With Hubline's line, `lines` times (once when absent). */
  mount(options: HubOptions, lines?: number): Promise<MountedApp>
  /** The very same app without Hubline. */
  mountBare(): Promise<BareApp>
  /** Cases that the framework cannot have, by their names, each with the reason, which is printed. */
  skips?: Readonly<Record<string, string>>
}
