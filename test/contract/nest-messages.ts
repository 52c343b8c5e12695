// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded first
import 'reflect-metadata'
import {
  type ArgumentsHost,
  type CallHandler,
  Catch,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Inject,
  Injectable,
  Module,
  type NestInterceptor,
  Param,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import {
  BaseRpcExceptionFilter,
  type ClientProxy,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
} from '@nestjs/microservices'
import {
  BaseWsExceptionFilter,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WsException,
} from '@nestjs/websockets'
import { concat, map, of, throwError } from 'rxjs'

class Doubled implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((data: unknown) => [data, data]))
  }
}

class ThrowingGuard {
  canActivate(context: ExecutionContext): boolean {
    throw new RangeError(`in a guard of ${context.getType()}`)
  }
}

const closed = { canActivate: () => false }

@Catch(RangeError)
class RpcRangeFilter {
  catch({ message }: RangeError) {
    return throwError(() => ({ range: message }))
  }
}

@Catch()
class RpcPassingFilter extends BaseRpcExceptionFilter {}

@Catch(RangeError)
class WsRangeFilter {
  catch({ message }: RangeError, host: ArgumentsHost): void {
    host
      .switchToWs()
      .getClient<{ send(text: string): void }>()
      .send(JSON.stringify({ range: message }))
  }
}

@Catch()
class WsPassingFilter extends BaseWsExceptionFilter {}

/** Events have no answer: their end is told to whoever waits. */
@Injectable()
export class Heard {
  tell: (what: string) => void = () => {}
}

@Controller()
export class Messages {
  readonly #heard: Heard

  constructor(@Inject(Heard) heard: Heard) {
    this.#heard = heard
  }

  @MessagePattern('sum')
  @UseInterceptors(Doubled)
  sum(@Payload() numbers: number[]): number {
    return numbers.reduce((sum, each) => sum + each, 0)
  }

  @MessagePattern('broken')
  broken(): never {
    throw new TypeError('in a handler')
  }

  @MessagePattern('rejected')
  async rejected(): Promise<never> {
    throw new TypeError('rejected by a handler')
  }

  @MessagePattern('stream')
  stream(): unknown {
    return concat(
      of(1),
      throwError(() => new TypeError('in a stream')),
    )
  }

  @MessagePattern('guarded')
  @UseGuards(ThrowingGuard)
  guarded(): void {}

  @MessagePattern('closed')
  @UseGuards(closed)
  closed(): void {}

  @MessagePattern('refused')
  refused(): never {
    throw new RpcException('not for you')
  }

  @MessagePattern('forbidden')
  forbidden(): never {
    throw new ForbiddenException('of another world')
  }

  @MessagePattern('filtered')
  @UseFilters(RpcRangeFilter)
  filtered(): never {
    throw new RangeError('for the filter')
  }

  @MessagePattern('passed')
  @UseFilters(RpcPassingFilter)
  passed(): never {
    throw new RangeError('passed on')
  }

  @EventPattern('happened')
  happened(@Payload() what: string): void {
    this.#heard.tell(what)
    throw new TypeError('in an event')
  }
}

@WebSocketGateway()
export class Gateway {
  @SubscribeMessage('echo')
  @UseInterceptors(Doubled)
  echo(@MessageBody() data: unknown): unknown {
    return data
  }

  @SubscribeMessage('broken')
  broken(): never {
    throw new TypeError('in a gateway')
  }

  @SubscribeMessage('stream')
  stream(): unknown {
    return concat(
      of({ event: 'one', data: 1 }),
      throwError(() => new TypeError('in a stream')),
    )
  }

  @SubscribeMessage('guarded')
  @UseGuards(ThrowingGuard)
  guarded(): void {}

  @SubscribeMessage('refused')
  refused(): never {
    throw new WsException('not for you')
  }

  @SubscribeMessage('filtered')
  @UseFilters(WsRangeFilter)
  filtered(): never {
    throw new RangeError('for the filter')
  }

  @SubscribeMessage('passed')
  @UseFilters(new WsPassingFilter())
  passed(): never {
    throw new RangeError('passed on')
  }
}

/** HTTP in front of the messages of the same app. */
@Controller()
export class Front {
  readonly #client: ClientProxy

  constructor(@Inject('CLIENT') client: ClientProxy) {
    this.#client = client
  }

  @Get('sum/:a/:b')
  sum(@Param('a') a: string, @Param('b') b: string): unknown {
    return this.#client.send('sum', [Number(a), Number(b)])
  }

  @Get('broken')
  broken(): unknown {
    return this.#client.send('broken', {})
  }
}

/** A service that is asked by messages alone. */
export class MessagesModule {}
Module({ controllers: [Messages], providers: [Heard] })(MessagesModule)

/** One that is asked over web sockets, too. */
export class GatewayModule {}
Module({ providers: [Gateway] })(GatewayModule)
