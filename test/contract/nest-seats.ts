// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded first
import 'reflect-metadata'
import { currentExchange } from '@hubline/core/adapter'
import { Hub, InjectHub } from '@hubline/nestjs'
import {
  type ArgumentsHost,
  BadRequestException,
  Body,
  Catch,
  Controller,
  ForbiddenException,
  Get,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  NotFoundException,
  Param,
  Post,
  ServiceUnavailableException,
  UseFilters,
  UseGuards,
  UseInterceptors,
  Version,
} from '@nestjs/common'
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core'

class TakenError extends Error {
  override name = 'TakenError'
}

@Catch(TakenError)
class TakenFilter {
  readonly #host: HttpAdapterHost

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host
  }

  catch({ message }: TakenError, host: ArgumentsHost): void {
    this.#host.httpAdapter.reply(host.switchToHttp().getResponse(), { code: 'taken', message }, 409)
  }
}

/** As the documentation of Nest shows it: looks at everything, answers nothing. */
@Catch()
class PassingFilter extends BaseExceptionFilter {}

class FailingGuard {
  canActivate(): boolean {
    throw new RangeError('in a guard')
  }
}

class ClosedGuard {
  canActivate(): boolean {
    return false
  }
}

class FailingInterceptor {
  intercept(): never {
    throw new RangeError('in an interceptor')
  }
}

class FailingPipe {
  transform(): never {
    throw new RangeError('in a pipe')
  }
}

class FailingMiddleware {
  use(): never {
    throw new RangeError('in middleware')
  }
}

@Injectable()
export class Seats {
  readonly hub: Hub
  readonly byToken: Hub

  constructor(@Inject(Hub) hub: Hub, @InjectHub() byToken: Hub) {
    this.hub = hub
    this.byToken = byToken
  }
}

@Controller('seats')
class SeatsController {
  readonly #seats: Seats

  constructor(@Inject(Seats) seats: Seats) {
    this.#seats = seats
  }

  @Get('broken')
  broken(): never {
    throw new RangeError('in a controller')
  }

  @Get('taken')
  @UseFilters(TakenFilter)
  taken(): never {
    throw new TakenError('seat 7 is taken')
  }

  @Get('passed')
  @UseFilters(PassingFilter)
  passed(): never {
    throw new RangeError('passed on by a filter')
  }

  @Get('forbidden')
  forbidden(): never {
    throw new ForbiddenException('not yours')
  }

  @Get('missing')
  missing(): never {
    throw new NotFoundException('no such seat')
  }

  @Get('down')
  down(): never {
    throw new ServiceUnavailableException('back soon')
  }

  @Get('bad')
  bad(): never {
    throw new BadRequestException({ code: 'bad_seat' })
  }

  @Get('guarded')
  @UseGuards(FailingGuard)
  guarded(): string {
    return 'never'
  }

  @Get('closed')
  @UseGuards(ClosedGuard)
  closed(): string {
    return 'never'
  }

  @Get('intercepted')
  @UseInterceptors(FailingInterceptor)
  intercepted(): string {
    return 'never'
  }

  @Get('piped/:seat')
  piped(@Param('seat', FailingPipe) seat: string): string {
    return seat
  }

  @Get('middleware')
  middleware(): string {
    return 'never'
  }

  @Get(':seat')
  @Version('2')
  one(@Param('seat') seat: string): object {
    this.#seats.hub.interaction('seat_seen', { seat })
    return { seat }
  }

  @Post()
  add(@Body() body: object): object {
    return { body, trace_id: currentExchange()?.traceId }
  }
}

/** Seats of a theatre, each of which goes wrong in another way. */
export class SeatsModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(FailingMiddleware).forRoutes('seats/middleware')
  }
}

Module({ controllers: [SeatsController], providers: [Seats, TakenFilter] })(SeatsModule)
