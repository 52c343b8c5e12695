import type { AddressInfo } from 'node:net'
import { HUB, Hub, HublineModule } from '@hubline/nestjs'
import { type DynamicModule, type INestApplication, Module, type Type } from '@nestjs/common'
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { onTestFinished } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { SeatsModule } from './nest-seats.ts'

export const PLATFORMS: Record<string, () => AbstractHttpAdapter> = {
  express: () => new ExpressAdapter(),
  fastify: () => new FastifyAdapter(),
}

// oxlint-disable-next-line typescript/no-extraneous-class -- what a Nest module is
class WithoutHubline {}

/** What Seats asks for, without Hubline. */
export const bare: DynamicModule = {
  module: WithoutHubline,
  global: true,
  providers: [Hub, HUB].map((provide) => ({ provide, useValue: {} })),
  exports: [Hub, HUB],
}

let services = 0

/** Seats with `imports` before them. */
export function appModule(...imports: DynamicModule[]): Type {
  // oxlint-disable-next-line typescript/no-extraneous-class -- what a Nest module is
  class AppModule {}
  Module({ imports: [...imports, SeatsModule] })(AppModule)
  return AppModule
}

/** Of a service of its own name. */
export function settings(sink?: HubSink): {
  url?: string
  source: string
  batchTimeout: number
  logLevel: 'silent'
} {
  return { ...(sink && { url: sink.url }), source: `nest-${++services}`, batchTimeout: 5, logLevel: 'silent' }
}

export async function make(platform: string, module: Type): Promise<INestApplication> {
  const app = await NestFactory.create(module, PLATFORMS[platform]!(), { logger: false, abortOnError: false })
  onTestFinished(() => app.close())
  return app
}

export async function listen(app: INestApplication): Promise<string> {
  const server = (await app.listen(0, '127.0.0.1')) as { address(): AddressInfo }
  return `http://127.0.0.1:${server.address().port}`
}

export async function openSink(): Promise<HubSink> {
  const sink = await HubSink.open()
  onTestFinished(() => sink.close())
  return sink
}

/** An app on `platform` that reports to a sink of its own and listens. */
export async function start(platform: string, prepare: (app: INestApplication) => void = () => {}) {
  const sink = await openSink()
  const options = settings(sink)
  const app = await make(platform, appModule(HublineModule.forRoot(options)))
  prepare(app)
  return { sink, app, url: await listen(app), options }
}
