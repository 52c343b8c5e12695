import type { ServerResponse } from 'node:http'
import {
  type ArgumentsHost,
  BadRequestException,
  type CallHandler,
  Catch,
  ConflictException,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Header,
  HttpException,
  Inject,
  type NestInterceptor,
  Param,
  Post,
  Req,
  RequestTimeoutException,
  Res,
  SetMetadata,
  Sse,
  StreamableFile,
  UnauthorizedException,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import {
  APP_FILTER,
  APP_GUARD,
  APP_INTERCEPTOR,
  BaseExceptionFilter,
  HttpAdapterHost,
  Reflector,
} from '@nestjs/core'
import compression from 'compression'
import helmet from 'helmet'
import { catchError, from, interval, map, NEVER, of, take, tap, throwError, timeout } from 'rxjs'
import { flow } from '../flow.ts'
import { nestApp } from './make.ts'

class Wrap implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((data: unknown) => ({ data })))
  }
}

class Cached implements NestInterceptor {
  intercept() {
    return of({ cached: true })
  }
}

class Impatient implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(
      timeout(20),
      catchError((error: Error) =>
        throwError(() => (error.name === 'TimeoutError' ? new RequestTimeoutException() : error)),
      ),
    )
  }
}

class Mapped implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next
      .handle()
      .pipe(catchError((error: Error) => throwError(() => new ConflictException('mapped', { cause: error }))))
  }
}

class Logged implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const response = context.switchToHttp().getResponse<{ raw?: ServerResponse } & ServerResponse>()
    return next
      .handle()
      .pipe(tap(() => (response.raw ?? response).setHeader('x-handler', context.getHandler().name)))
  }
}

class RolesGuard {
  readonly #reflector: Reflector

  constructor(@Inject(Reflector) reflector: Reflector) {
    this.#reflector = reflector
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const role = this.#reflector.get<string | undefined>('role', context.getHandler())
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>()
    if (role && !headers['x-role']) throw new UnauthorizedException()
    return !role || headers['x-role'] === role
  }
}

@Controller()
class Around {
  @Get('plain')
  @UseInterceptors(Wrap)
  plain(): object {
    return { plain: true }
  }

  @Get('cached')
  @UseInterceptors(Wrap, Cached)
  cached(): never {
    throw new Error('never called')
  }

  @Get('slow')
  @UseInterceptors(Impatient)
  slow(): unknown {
    return NEVER
  }

  @Get('mapped')
  @UseInterceptors(Mapped)
  mapped(): never {
    throw new Error('the first cause')
  }

  @Get('observable')
  observable(): unknown {
    return from([1, 2, 3])
  }

  @Get('failing')
  failing(): unknown {
    return throwError(() => new Error('in an observable'))
  }

  @Get('admin')
  @SetMetadata('role', 'admin')
  admin(): string {
    return 'admin'
  }

  @Get('undefined')
  nothing(): void {}
}

class DomainError extends Error {
  override name = 'DomainError'
}

@Catch(DomainError)
class DomainFilter {
  readonly #host: HttpAdapterHost

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host
  }

  catch({ message }: DomainError, host: ArgumentsHost): void {
    this.#host.httpAdapter.reply(host.switchToHttp().getResponse(), { domain: message }, 422)
  }
}

@Catch()
class ProblemFilter {
  readonly #host: HttpAdapterHost

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.#host
    const response: unknown = host.switchToHttp().getResponse()
    const status = error instanceof HttpException ? error.getStatus() : 500
    httpAdapter.setHeader(response, 'content-type', 'application/problem+json')
    const instance: unknown = httpAdapter.getRequestUrl(host.switchToHttp().getRequest())
    httpAdapter.reply(
      response,
      { status, detail: error instanceof Error ? error.message : String(error), instance },
      status,
    )
  }
}

@Catch(RangeError)
class PassingFilter extends BaseExceptionFilter {}

class TeapotException extends HttpException {
  constructor() {
    super({ short: true }, 418, { cause: new Error('stout') })
  }
}

@Controller()
class Failing {
  @Get('domain')
  @UseFilters(DomainFilter)
  domain(): never {
    throw new DomainError('no such chair')
  }

  @Get('teapot')
  teapot(): never {
    throw new TeapotException()
  }

  @Get('error')
  error(): never {
    throw new TypeError('an error')
  }

  @Get('string')
  string(): never {
    throw 'only text'
  }

  @Get('rejected')
  async rejected(): Promise<never> {
    throw new BadRequestException(['a', 'b'])
  }

  @Get('passed')
  @UseFilters(PassingFilter)
  passed(): never {
    throw new RangeError('passed on')
  }

  @Get('gateway')
  gateway(): never {
    throw new HttpException('upstream', 502)
  }

  @Get('guarded')
  @UseGuards({ canActivate: () => false })
  guarded(): void {}

  @Get('forbidden/:id')
  forbidden(@Param('id', { transform: () => Promise.reject(new ForbiddenException()) }) id: string): string {
    return id
  }
}

type Raw = (ServerResponse | { raw: ServerResponse }) & {
  status(code: number): Raw
  send(body: unknown): unknown
}

const rawOf = (response: Raw): ServerResponse => ('raw' in response ? response.raw : response)

@Controller()
class Streams {
  @Sse('events')
  events(): unknown {
    return interval(1).pipe(
      take(3),
      map((data) => ({ data: { data }, id: String(data), type: 'tick', retry: 10 })),
    )
  }

  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(flow(50, 1000), {
      type: 'text/x-lines',
      disposition: 'attachment; filename="lines.txt"',
    })
  }

  @Get('buffer')
  @Header('x-kind', 'buffer')
  buffer(): StreamableFile {
    return new StreamableFile(Buffer.from('buffer'), { length: 6 })
  }

  @Get('manual')
  manual(@Res() response: Raw): void {
    response.status(203).send({ manual: true })
  }

  @Get('passthrough')
  passthrough(@Res({ passthrough: true }) response: Raw): object {
    response.status(206)
    return { passthrough: true }
  }

  @Get('piped')
  piped(@Res() response: Raw): void {
    const raw = rawOf(response)
    raw.setHeader('content-type', 'text/plain')
    flow(20, 1000).pipe(raw)
  }

  @Get('hints')
  hints(@Res({ passthrough: true }) response: Raw): string {
    rawOf(response).writeEarlyHints({ link: '</app.css>; rel=preload' })
    return 'hinted'
  }

  @Post('echo')
  echo(@Req() request: { rawBody?: Buffer; body: unknown }): object {
    return { body: request.body, raw: request.rawBody?.toString() }
  }
}

export const answers = [
  nestApp(
    'interceptors and guards around handlers',
    [
      { path: '/plain' },
      { path: '/cached' },
      { path: '/slow' },
      { path: '/mapped' },
      { path: '/observable' },
      { path: '/failing' },
      { path: '/admin' },
      { path: '/admin', headers: { 'x-role': 'user' } },
      { path: '/admin', headers: { 'x-role': 'admin' } },
      { path: '/undefined' },
      { method: 'HEAD', path: '/plain' },
    ],
    {
      controllers: [Around],
      providers: [
        { provide: APP_GUARD, useClass: RolesGuard },
        { provide: APP_INTERCEPTOR, useClass: Logged },
      ],
    },
    { errors: ['in an observable'] },
  ),

  nestApp(
    'filters of one route and of all',
    [
      '/domain',
      '/teapot',
      '/error',
      '/string',
      '/rejected',
      '/passed',
      '/gateway',
      '/guarded',
      '/forbidden/7',
      '/nowhere',
    ].map((path) => ({ path })),
    { controllers: [Failing], providers: [DomainFilter, { provide: APP_FILTER, useClass: ProblemFilter }] },
    { errors: ['no such chair', 'an error', 'only text', 'passed on', 'upstream'] },
  ),

  nestApp(
    'filters of Nest alone',
    [
      '/teapot',
      '/error',
      '/string',
      '/rejected',
      '/gateway',
      '/guarded',
      '/forbidden/7',
      '/nowhere',
      '/%E0%A4%A',
    ].map((path) => ({ path })),
    { controllers: [Failing], providers: [DomainFilter] },
    { errors: ['an error', 'only text', 'upstream'] },
  ),

  nestApp(
    'streams, events and answers by hand',
    [
      { path: '/events' },
      { path: '/file' },
      { method: 'HEAD', path: '/file' },
      { path: '/buffer' },
      { path: '/manual' },
      { path: '/passthrough' },
      { path: '/piped' },
      { path: '/hints' },
      { together: [{ path: '/buffer' }, { path: '/nowhere' }, { path: '/file' }] },
    ],
    { controllers: [Streams] },
  ),

  nestApp(
    'an API under helmet, compressed where Connect is',
    [
      { path: '/file', headers: { 'Accept-Encoding': 'gzip' } },
      { path: '/buffer' },
      { path: '/nowhere' },
      { path: '/events', headers: { 'Accept-Encoding': 'gzip' } },
    ],
    { controllers: [Streams] },
    {
      prepare: (app) => {
        app.use(helmet())
        app.use(compression({ threshold: 10 }))
      },
    },
  ),
]
