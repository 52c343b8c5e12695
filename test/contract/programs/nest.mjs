// A service that restarts, under `node --watch`, when the module that its first argument names changes.
import 'reflect-metadata'
import { HublineModule } from '@hubline/nestjs'
import { Controller, Get, Module, Param } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'

await import(process.argv[2])

class UsersController {
  one(id) {
    return { id }
  }
}
const { prototype } = UsersController
Controller('users')(UsersController)
Get(':id')(prototype, 'one', Object.getOwnPropertyDescriptor(prototype, 'one'))
Param('id')(prototype, 'one', 0)

class AppModule {}
Module({ imports: [HublineModule.forRoot()], controllers: [UsersController] })(AppModule)

const platform =
  process.argv[3] === 'fastify'
    ? new (await import('@nestjs/platform-fastify')).FastifyAdapter()
    : new (await import('@nestjs/platform-express')).ExpressAdapter()
const app = await NestFactory.create(AppModule, platform, { logger: false })
await app.listen(0, '127.0.0.1')
