// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded first
import 'reflect-metadata'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { createHub, type Hub, type HubOptions } from '@hubline/core'
import { HublineModule } from '@hubline/nestjs'
import {
  type ArgumentsHost,
  BadRequestException,
  Body,
  Catch,
  Controller,
  Get,
  HttpCode,
  Module,
  Post,
  Req,
  Res,
  Sse,
  StreamableFile,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { type AbstractHttpAdapter, HttpAdapterHost, NestFactory } from '@nestjs/core'
import { concat, from, NEVER, throwError } from 'rxjs'
import type { Adapter, BareApp, Lines } from './adapter.ts'
import { copies } from './copies.ts'
import { type Patterns, type Route, ROUTES, streamOf, TEAPOT_BODY, TeapotError } from './scenario.ts'
import { majorOf } from './version.ts'

interface Request {
  params: Record<string, string>
  body: unknown
  hub?: Hub
  /** On Fastify. */
  raw?: IncomingMessage
}

/** What the platform hands to those who answer by themselves. */
type Response = (ServerResponse | { raw: ServerResponse }) & { send(body: unknown): unknown }

const version = majorOf('@nestjs/core')
const require = createRequire(import.meta.url)

const OUTCOME = 'an exception below 500 is how a Nest app answers: an outcome, and no error'

const PATTERNS: Record<string, Patterns> = {
  express: { optional: '/maybe{/:more}' },
  fastify: { optional: '/maybe/:more?', digits: '/digits/:number(^\\d+$)' },
}

/** The scenario as a Nest app, the same on every platform. */
export function nestAdapter(on: string, platform: () => AbstractHttpAdapter): Adapter {
  const patterns = PATTERNS[on]!
  return {
    name: `nest ${version} on ${on}`,
    patterns,
    program: [join(import.meta.dirname, 'programs/nest.mjs'), on],
    async mount(options, lines = 1) {
      return { ...(await serve(platform(), patterns, options, lines)), hub: createHub(options) }
    },
    mountBare: () => serve(platform(), patterns, {}, 0),
    skips: {
      'of input that is refused is a warning': OUTCOME,
      'of a body that cannot be read is a warning': OUTCOME,
      'in an app below another is reported once': 'Nest has modules, and no app inside another',
      'to an app below another has the whole template': 'Nest has modules, and no app inside another',
      ...(version === 11 &&
        on === 'fastify' && {
          'of a handler that has begun to answer by itself is reported once':
            'Nest 11 answers it a second time on Fastify, by which the process ends, without us too',
        }),
      ...(!patterns.digits && {
        'by a regular expression has it for its route':
          'Nest takes strings, in which path-to-regexp 8 has none',
      }),
    },
  }
}

async function serve(
  platform: AbstractHttpAdapter,
  patterns: Patterns,
  options: HubOptions,
  lines: Lines,
): Promise<BareApp> {
  // oxlint-disable-next-line typescript/no-extraneous-class -- what a Nest module is
  class AppModule {}
  Module({
    imports: copiesOf(lines).map((copy) => copy.forRoot(options)),
    controllers: ROUTES.flatMap((route) => {
      const path = route.pattern ? patterns[route.pattern] : route.path
      return path === undefined ? [] : [controllerOf(route, String(path))]
    }),
  })(AppModule)
  const app = await NestFactory.create(AppModule, platform, { logger: false, abortOnError: false })
  app.useGlobalFilters(new TeapotFilter(app.get(HttpAdapterHost)))
  const server = (await app.listen(0, '127.0.0.1')) as Server
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    close: () => app.close(),
  }
}

function copiesOf(lines: Lines): (typeof HublineModule)[] {
  return copies(
    lines,
    HublineModule,
    () => (require('@hubline/nestjs') as { HublineModule: typeof HublineModule }).HublineModule,
  )
}

class TeapotFilter {
  readonly #host: HttpAdapterHost

  constructor(host: HttpAdapterHost) {
    this.#host = host
  }

  catch(error: TeapotError, host: ArgumentsHost): void {
    this.#host.httpAdapter.reply(host.switchToHttp().getResponse(), TEAPOT_BODY, error.answer)
  }
}

Catch(TeapotError)(TeapotFilter)

/** A controller with one method, made by calling the decorators. */
function controllerOf(route: Route, path: string): Type {
  class ScenarioController {
    handle(request: Request, _body: unknown, response: Response): unknown {
      return answer(route, request, response)
    }
  }
  const { prototype } = ScenarioController
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle')!
  Controller((route.under ?? []).join(''))(ScenarioController)
  const method = route.does === 'events' ? Sse : route.method === 'GET' ? Get : Post
  method(path)(prototype, 'handle', descriptor)
  HttpCode((route.does === 'answer' && route.status) || 200)(prototype, 'handle', descriptor)
  Req()(prototype, 'handle', 0)
  if (route.needs) Body(pipeFor(route.needs))(prototype, 'handle', 1)
  // Whoever asks for the response answers by himself.
  if (route.does === 'spill' || route.does === 'late') Res()(prototype, 'handle', 2)
  const { guard } = route
  if (guard) {
    const thrower = {
      canActivate() {
        throw guard()
      },
    }
    UseGuards(thrower)(prototype, 'handle', descriptor)
  }
  return ScenarioController
}

function pipeFor(needs: string) {
  return {
    transform(body: Record<string, unknown>) {
      if (body[needs] === undefined) throw new BadRequestException(`${needs} is missing`)
      return body
    },
  }
}

function answer(route: Route, request: Request, response: Response): unknown {
  const { params, body, hub, raw = request as unknown as IncomingMessage } = request
  switch (route.does) {
    case 'answer':
      return route.json({ params, body, hub, raw })
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
    case 'late':
      response.send(route.json)
      throw route.error()
    case 'spill': {
      const raw = 'raw' in response ? response.raw : response
      raw.setHeader('content-type', 'text/plain')
      raw.write(route.text)
      throw route.error()
    }
    case 'events': {
      const events = from(route.events.map((data) => ({ data })))
      return route.endless ? concat(events, NEVER) : events
    }
    case 'hang':
      route.reached({ params, body, hub, raw })
      return new Promise(() => {})
  }
}
