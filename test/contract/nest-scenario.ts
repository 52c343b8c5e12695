// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded first
import 'reflect-metadata'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { createHub, type Hub, type HubOptions } from '@hubline/core'
import { HublineModule } from '@hubline/nestjs'
import {
  type ArgumentsHost,
  Catch,
  Controller,
  Get,
  HttpCode,
  Module,
  Post,
  Req,
  StreamableFile,
  type Type,
} from '@nestjs/common'
import { type AbstractHttpAdapter, HttpAdapterHost, NestFactory } from '@nestjs/core'
import { throwError } from 'rxjs'
import type { Adapter, BareApp } from './adapter.ts'
import { type Route, ROUTES, streamOf, TEAPOT_BODY, TeapotError } from './scenario.ts'

interface Request {
  params: Record<string, string>
  body: unknown
  hub?: Hub
}

/** The scenario as a Nest app, the same on every platform. */
export function nestAdapter(name: string, platform: () => AbstractHttpAdapter): Adapter {
  return {
    name,
    async mount(options, lines = 1) {
      return { ...(await serve(platform(), options, lines)), hub: createHub(options) }
    },
    mountBare: () => serve(platform(), {}, 0),
  }
}

async function serve(platform: AbstractHttpAdapter, options: HubOptions, lines: number): Promise<BareApp> {
  // oxlint-disable-next-line typescript/no-extraneous-class -- what a Nest module is
  class AppModule {}
  Module({
    imports: Array.from({ length: lines }, () => HublineModule.forRoot(options)),
    controllers: ROUTES.map(controllerOf),
  })(AppModule)
  const app = await NestFactory.create(AppModule, platform, { logger: false, abortOnError: false })
  app.useGlobalFilters(new TeapotFilter(app.get(HttpAdapterHost)))
  const server = await app.listen(0, '127.0.0.1')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => app.close(),
  }
}

class TeapotFilter {
  readonly #host: HttpAdapterHost

  constructor(host: HttpAdapterHost) {
    this.#host = host
  }

  catch(_error: TeapotError, host: ArgumentsHost): void {
    this.#host.httpAdapter.reply(host.switchToHttp().getResponse(), TEAPOT_BODY, 418)
  }
}

Catch(TeapotError)(TeapotFilter)

/** A controller with one method, made by calling the decorators. */
function controllerOf(route: Route): Type {
  class ScenarioController {
    handle(request: Request): unknown {
      return answer(route, request)
    }
  }
  const { prototype } = ScenarioController
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle')!
  Controller(route.under ?? '')(ScenarioController)
  const method = route.method === 'GET' ? Get : Post
  method(route.path)(prototype, 'handle', descriptor)
  HttpCode((route.does === 'answer' && route.status) || 200)(prototype, 'handle', descriptor)
  Req()(prototype, 'handle', 0)
  return ScenarioController
}

function answer(route: Route, { params, body, hub }: Request): unknown {
  switch (route.does) {
    case 'answer':
      return route.json({ params, body, hub })
    case 'throw':
      throw route.error()
    case 'reject':
      return turn().then(() => {
        throw route.error()
      })
    case 'pass':
      return throwError(route.error)
    case 'stream':
      return new StreamableFile(streamOf(route.chunks), { type: 'text/plain' })
    case 'hang':
      route.reached({ params, body, hub })
      return new Promise(() => {})
  }
}
