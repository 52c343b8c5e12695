import { createHub, type HubOptions } from '@hubline/core'
import { type DynamicModule, type FactoryProvider, Inject, Module, type ModuleMetadata } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { Agent } from './agent.ts'
import { HUB, Hub } from './hub-token.ts'

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- the one place where Express lets a request be extended
  namespace Express {
    interface Request {
      /** The handle on this service's hub. */
      hub: Hub
    }
  }
}

const OPTIONS = Symbol('hubline.options')

/** How options are made from other providers. */
export type HublineAsyncOptions = Pick<ModuleMetadata, 'imports'> &
  Pick<FactoryProvider<HubOptions>, 'inject' | 'useFactory'>

/**
 * Module that reports what a Nest app is, does and breaks on, on Express and on Fastify; import it first.
 *
 * It adds no filter, guard or interceptor, never throws and changes no response. `Hub` can be injected everywhere
 * and is at hand as `req.hub`.
 *
 * @example
 * Module({ imports: [HublineModule.forRoot()] })
 */
export class HublineModule {
  readonly #agent: Agent

  constructor(agent: Agent) {
    this.#agent = agent
  }

  /** With options given here; each outranks its environment variable. */
  static forRoot(options: HubOptions = {}): DynamicModule {
    return dynamicModule({ useFactory: () => options })
  }

  /**
   * With options that need other providers.
   *
   * @example
   * HublineModule.forRootAsync({ inject: [ConfigService], useFactory: (config) => ({ source: config.get('name') }) })
   */
  static forRootAsync(options: HublineAsyncOptions): DynamicModule {
    return dynamicModule(options)
  }

  /** Called by Nest before it registers middleware and routes. */
  configure(): void {
    this.#agent.install()
  }
}

// Called and not written with `@`, so that what is published needs no helpers of a compiler.
Module({})(HublineModule)
Inject(Agent)(HublineModule, undefined, 0)

function dynamicModule({ imports = [], inject = [], useFactory }: HublineAsyncOptions): DynamicModule {
  return {
    module: HublineModule,
    global: true,
    imports,
    providers: [
      { provide: OPTIONS, inject, useFactory },
      { provide: HUB, inject: [OPTIONS], useFactory: (options: HubOptions) => createHub(options) },
      { provide: Hub, useExisting: HUB },
      {
        provide: Agent,
        inject: [HUB, HttpAdapterHost],
        useFactory: (hub: Hub, host: HttpAdapterHost) => new Agent(hub, host),
      },
    ],
    exports: [HUB, Hub],
  }
}
