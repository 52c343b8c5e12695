import { HublineModule, InjectHub, type Hub } from '@hubline/nestjs'
import { Controller, Get, Module, Param, Req } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Request } from 'express'

@Controller('users')
class UsersController {
  readonly #hub: Hub

  constructor(@InjectHub() hub: Hub) {
    this.#hub = hub
  }

  @Get(':id')
  one(@Param('id') id: string, @Req() req: Request): { id: string; same: boolean } {
    return { id, same: req.hub === this.#hub }
  }
}

@Module({ imports: [HublineModule.forRoot()], controllers: [UsersController] })
// oxlint-disable-next-line typescript/no-extraneous-class -- the decorator says it all
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] })
  await app.listen(0, '127.0.0.1')
  const response = await fetch(`${await app.getUrl()}/users/7`)
  console.log(await response.text())
  await app.close()
}

void main()
