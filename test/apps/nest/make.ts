// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded first
import 'reflect-metadata'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHub } from '@hubline/core'
import { HublineModule } from '@hubline/nestjs'
import { type INestApplication, Module, type ModuleMetadata } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Step } from '../step.ts'
import type { Twin } from '../twins.ts'

export type Platform = 'express' | 'fastify'

const ADAPTERS = { express: () => new ExpressAdapter(), fastify: () => new FastifyAdapter() }

interface Extras extends Pick<Twin, 'errors'> {
  /** What the app does between being made and listening. */
  prepare?: (app: INestApplication, platform: Platform) => unknown
  /** Runs before the app closes. */
  end?: () => unknown
}

/** A Nest app of one module, whose steps may differ between platforms. */
export function nestApp(
  name: string,
  steps: readonly Step[] | ((platform: Platform) => readonly Step[]),
  module: ModuleMetadata | ((platform: Platform) => ModuleMetadata),
  extras: Extras | ((platform: Platform) => Extras) = {},
): (platform: Platform) => Twin {
  return (platform) => {
    const { prepare, end, ...more } = typeof extras === 'function' ? extras(platform) : extras
    return {
      name: `${name}, on ${platform}`,
      steps: typeof steps === 'function' ? steps(platform) : steps,
      ...more,
      async start(line) {
        // oxlint-disable-next-line typescript/no-extraneous-class -- what a Nest module is
        class AppModule {}
        const { imports = [], ...metadata } = typeof module === 'function' ? module(platform) : module
        Module({ imports: [...(line ? [HublineModule.forRoot(line)] : []), ...imports], ...metadata })(
          AppModule,
        )
        const app = await NestFactory.create(AppModule, ADAPTERS[platform](), {
          logger: false,
          abortOnError: false,
        })
        await prepare?.(app, platform)
        const server = (await app.listen(0, '127.0.0.1')) as Server
        return {
          address: (server.address() as AddressInfo).port,
          async close() {
            await end?.()
            server.closeAllConnections()
            await app.close()
            if (line) await createHub(line).flush()
            if (line) await createHub(line).close(0)
          },
        }
      },
    }
  }
}
