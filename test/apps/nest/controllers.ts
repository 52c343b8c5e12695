import {
  All,
  Body,
  Controller,
  DefaultValuePipe,
  Delete,
  Get,
  Header,
  Headers,
  HostParam,
  HttpCode,
  HttpStatus,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Options,
  Param,
  ParseBoolPipe,
  ParseEnumPipe,
  ParseIntPipe,
  ParseUUIDPipe,
  Patch,
  Post,
  Put,
  Query,
  Redirect,
  RequestMethod,
  Scope,
  type Type,
  Version,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common'
import { ModuleRef, REQUEST, RouterModule } from '@nestjs/core'
import { nestApp } from './make.ts'

const json = { 'Content-Type': 'application/json' }

class NamePipe {
  transform(body: { name?: unknown }): object {
    if (typeof body.name !== 'string') throw new TypeError('a name is text')
    return { ...body, name: body.name.trim() }
  }
}

@Controller('orders')
class Orders {
  @Get()
  list(
    @Query('page', new DefaultValuePipe(1), ParseIntPipe) page: number,
    @Query('open', new ParseBoolPipe({ optional: true })) open?: boolean,
    @Query('tags') tags?: string | string[],
  ): object {
    return { page, open, tags }
  }

  @Get('of/:kind')
  of(@Param('kind', new ParseEnumPipe({ chair: 'chair', table: 'table' })) kind: string): string {
    return kind
  }

  @Get('uuid/:id')
  uuid(
    @Param('id', new ParseUUIDPipe({ errorHttpStatusCode: HttpStatus.NOT_ACCEPTABLE })) id: string,
  ): string {
    return id
  }

  @Get(':id')
  @Header('Cache-Control', 'no-store')
  one(@Param('id', ParseIntPipe) id: number, @Headers('x-tenant') tenant?: string): object {
    return { id, tenant }
  }

  @Post()
  add(@Body(NamePipe) body: object): object {
    return body
  }

  @Put(':id')
  @HttpCode(204)
  put(): void {}

  @Patch(':id')
  async patch(@Body('name') name: string): Promise<string> {
    return name
  }

  @Delete(':id')
  @Redirect('/orders', 303)
  remove(@Param('id') id: string): object | undefined {
    return id === '7' ? { url: '/orders?removed=7', statusCode: 307 } : undefined
  }

  @Options(':id')
  options(): string {
    return 'all of them'
  }

  @All('any/thing')
  any(): string {
    return 'any'
  }
}

@Controller({ path: 'things', version: '1' })
class ThingsOne {
  @Get()
  list(): string {
    return 'one'
  }

  @Get('both')
  @Version(['1', '2'])
  both(): string {
    return 'both'
  }
}

@Controller({ path: 'things', version: '2' })
class ThingsTwo {
  @Get()
  list(): string {
    return 'two'
  }
}

@Controller({ path: 'neutral', version: VERSION_NEUTRAL })
class Neutral {
  @Get()
  get(): string {
    return 'neutral'
  }
}

let made = 0

@Injectable({ scope: Scope.REQUEST })
class Tenant {
  readonly name: unknown
  readonly number = ++made

  constructor(@Inject(REQUEST) request: { headers: Record<string, unknown> }) {
    if (request.headers['x-tenant'] === 'none') throw new Error('no such tenant')
    this.name = request.headers['x-tenant']
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class Counter {
  count = 0
}

@Controller()
class Tenants {
  readonly #tenant: Tenant
  readonly #counter: Counter
  readonly #modules: ModuleRef

  constructor(
    @Inject(Tenant) tenant: Tenant,
    @Inject(Counter) counter: Counter,
    @Inject(ModuleRef) modules: ModuleRef,
  ) {
    this.#tenant = tenant
    this.#counter = counter
    this.#modules = modules
  }

  @Get('tenant')
  get(): object {
    return { tenant: this.#tenant.name, count: ++this.#counter.count }
  }

  @Get('made')
  async make(): Promise<object> {
    const counter = await this.#modules.create(Counter)
    return { count: ++counter.count }
  }
}

@Controller()
class Nested {
  @Get()
  home(): string {
    return 'home'
  }

  @Get(['files/:name', 'papers/:name'])
  file(@Param('name') name: string): object {
    return { name }
  }

  @Get('fail')
  fail(): never {
    throw new RangeError('nested')
  }
}

@Controller({ host: ':shop.shops.test', path: 'host' })
class Hosted {
  @Get()
  get(@HostParam('shop') shop: string): string {
    return shop
  }
}

function moduleOf(controllers: Type[], imports: Type[] = []): Type {
  // oxlint-disable-next-line typescript/no-extraneous-class -- what a Nest module is
  class Made {}
  Module({ controllers, imports })(Made)
  return Made
}

class SignMiddleware {
  use(_req: object, res: { setHeader(name: string, value: string): void }, next: () => void): void {
    res.setHeader('x-signed', 'yes')
    next()
  }
}

function door(
  req: { headers: Record<string, string> },
  res: { statusCode: number; end(text: string): void },
  next: (error?: Error) => void,
): void {
  if (req.headers['x-key'] === 'broken') return next(new Error('the door is broken'))
  if (req.headers['x-key']) return next()
  res.statusCode = 401
  res.end('who are you?')
}

class Doors implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(SignMiddleware)
      .exclude({ path: 'orders/of/{*rest}', method: RequestMethod.GET })
      .forRoutes(Orders)
      .apply(door)
      .forRoutes({ path: 'orders', method: RequestMethod.POST })
  }
}
Module({ controllers: [Orders] })(Doors)

const nested = moduleOf([Nested])
const shops = moduleOf([], [nested])

export const controllers = [
  nestApp(
    'a REST service',
    [
      { path: '/orders?page=2&open=true&tags=a&tags=b' },
      { path: '/orders?page=x' },
      { path: '/orders' },
      { path: '/orders/of/chair' },
      { path: '/orders/of/lamp' },
      { path: '/orders/uuid/7' },
      { path: '/orders/7', headers: { 'x-tenant': 'acme' } },
      { method: 'HEAD', path: '/orders/7' },
      { method: 'POST', path: '/orders', headers: json, body: '{"name":" Ada "}' },
      { method: 'POST', path: '/orders', headers: json, body: '{"name":7}' },
      { method: 'POST', path: '/orders', headers: json, body: '{' },
      { method: 'PUT', path: '/orders/7' },
      { method: 'PATCH', path: '/orders/7', headers: json, body: '{"name":"Ada"}' },
      { method: 'DELETE', path: '/orders/7' },
      { method: 'DELETE', path: '/orders/8' },
      { method: 'OPTIONS', path: '/orders/7' },
      { method: 'PATCH', path: '/orders/any/thing' },
      { path: '/nowhere' },
      { path: '/orders/%E0%A4%A' },
    ],
    { controllers: [Orders] },
    { errors: ['a name is text'] },
  ),

  nestApp(
    'an API in versions of the path',
    [
      '/api/v1/things',
      '/api/v2/things',
      '/api/v3/things',
      '/api/v2/things/both',
      '/api/neutral',
      '/things',
      '/status',
    ].map((path) => ({ path })),
    { controllers: [ThingsOne, ThingsTwo, Neutral, statusController()] },
    {
      prepare: (app) => {
        app.setGlobalPrefix('api', { exclude: ['status'] }).enableVersioning({ type: VersioningType.URI })
      },
    },
  ),

  nestApp(
    'an API in versions of a header',
    [
      { path: '/things', headers: { 'x-version': '1' } },
      { path: '/things', headers: { 'x-version': '2' } },
      { path: '/things', headers: { 'x-version': '9' } },
      { path: '/things' },
      { path: '/neutral' },
      { path: '/things/both', headers: { 'x-version': '2' } },
    ],
    { controllers: [ThingsOne, ThingsTwo, Neutral] },
    { prepare: (app) => void app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' }) },
  ),

  nestApp(
    'an API in versions of the media type',
    [
      { path: '/things', headers: { Accept: 'application/json;v=1' } },
      { path: '/things', headers: { Accept: 'application/json;v=2' } },
      { path: '/things', headers: { Accept: 'application/json' } },
    ],
    { controllers: [ThingsOne, ThingsTwo] },
    {
      prepare: (app) =>
        void app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=', defaultVersion: '2' }),
    },
  ),

  nestApp(
    'providers made for each request',
    [
      { path: '/tenant', headers: { 'x-tenant': 'acme' } },
      { path: '/tenant', headers: { 'x-tenant': 'other' } },
      { path: '/tenant', headers: { 'x-tenant': 'none' } },
      { path: '/made' },
    ],
    { controllers: [Tenants], providers: [Tenant, Counter] },
    { errors: ['no such tenant'] },
  ),

  nestApp(
    'modules below paths of modules, and hosts',
    [
      { path: '/shops/nested' },
      { path: '/shops/nested/papers/b.txt' },
      { path: '/shops/nested/fail' },
      { path: '/host', headers: { Host: 'blue.shops.test' } },
      { path: '/host', headers: { Host: 'shops.test' } },
    ],
    {
      imports: [
        shops,
        RouterModule.register([
          { path: 'shops', module: shops, children: [{ path: 'nested', module: nested }] },
        ]),
      ],
      controllers: [Hosted],
    },
    { errors: ['nested'] },
  ),

  nestApp(
    'middleware for some routes',
    (platform) => [
      { path: '/orders/7' },
      { path: '/orders/of/chair' },
      { method: 'POST', path: '/orders', headers: json, body: '{"name":"Ada"}' },
      { method: 'POST', path: '/orders', headers: { ...json, 'x-key': '1' }, body: '{"name":"Ada"}' },
      { method: 'POST', path: '/orders', headers: { ...json, 'x-key': 'broken' }, body: '{"name":"Ada"}' },
      { path: '/', headers: { Origin: 'https://shop.test' } },
      {
        method: 'OPTIONS',
        path: '/orders',
        headers: { Origin: 'https://shop.test', 'Access-Control-Request-Method': 'PUT' },
        // Where Fastify answers it, Nest has put nothing before that.
        ...(platform === 'fastify' && { seen: [] }),
      },
    ],
    { imports: [Doors] },
    {
      prepare: (app) => app.enableCors({ origin: 'https://shop.test', credentials: true, maxAge: 60 }),
      errors: ['the door is broken'],
    },
  ),
]

function statusController(): Type {
  @Controller({ path: 'status', version: VERSION_NEUTRAL })
  class Status {
    @Get()
    get(): string {
      return 'well'
    }
  }
  return Status
}
